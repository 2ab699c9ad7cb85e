/// The pattern of `pat(…)`: `*` stands for any run of characters and `?` for one; the whole text must fit.
struct Glob: Sendable {
    private let pattern: [UInt8]

    init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

    /// Goes back to the last star only, so the time is at most pattern × text.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var (at, place) = (0, 0)
        var star: (at: Int, place: Int)?
        while place < text.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, place)
                at += 1
            } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") {
                place += Scalars.at(place, in: text).length
                at += 1
            } else if at < pattern.count, pattern[at] == text[place] {
                at += 1
                place += 1
            } else if let last = star {
                at = last.at + 1
                place = last.place + Scalars.at(last.place, in: text).length
                star = (last.at, place)
            } else {
                return false
            }
        }
        while at < pattern.count, pattern[at] == UInt8(ascii: "*") { at += 1 }
        return at == pattern.count
    }
}
