import GantryBase

/// Finds the name that a misspelt one was meant to be.
enum NearestName {
    /// The known name with the fewest edits to `name`, within a third of its length; or the one that ends with it after
    /// a dot, as `status_code` of `http.response.status_code`.
    static func of(_ name: String, among names: some Sequence<String>) -> String? {
        let wanted = Letters.folded(name)
        guard wanted.count <= longest else { return nil }
        var best: (edits: Int, name: String)?
        for candidate in names.prefix(ExpressionLimits.hintNames) where candidate.utf8.count <= longest {
            let known = Letters.folded(candidate)
            if known.count > wanted.count, known.suffix(wanted.count).elementsEqual(wanted),
                known[known.count - wanted.count - 1] == UInt8(ascii: ".")
            {
                return candidate
            }
            let bound = max(1, wanted.count / 3)
            guard abs(known.count - wanted.count) <= bound else { continue }
            let edits = EditDistance.between(wanted, known)
            if edits <= bound, edits < best?.edits ?? Int.max { best = (edits, candidate) }
        }
        return best?.name
    }

    /// Bytes of a name; the work grows with its square.
    private static let longest = 64
}
