import GantryBase
import Model

extension ServiceName {
    /// In bytes; the norm of names is stricter, this is what a folder may be called.
    static let longestPart = 100

    /// Gives the folder below the root, `yidian/article.git`, or refuses a name that could lead elsewhere.
    ///
    /// The naming norm is held by whoever creates a service; this holds whatever the norm says.
    func folder() throws -> String {
        for (what, text) in [("business", business.text), ("service", name)] {
            guard Self.isFolderName(text) else {
                throw GantryError(
                    .invalid, "\"\(ObjectName.printable(text))\" cannot be the name of a \(what)'s folder",
                    hint: "use letters, digits, \"-\", \"_\" and \".\", starting with a letter or a digit")
            }
        }
        return "\(business.text)/\(name).git"
    }

    private static func isFolderName(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, isAlphanumeric(first), bytes.count <= longestPart else { return false }
        guard !text.contains(".."), !text.hasSuffix("."), !text.hasSuffix(".git"), !text.hasSuffix(".lock")
        else {
            return false
        }
        return bytes.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: ".")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }
}
