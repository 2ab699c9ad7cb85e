/// Where a redirect may lead: to a page of this server and nowhere else.
enum LocalAddress {
    /// In bytes.
    private static let longest = 2000

    /// The address when it is one of ours, else `/`. `//host` and `/\host` name another server to a browser.
    static func checked(_ text: String?) -> String {
        guard let text, text.utf8.count <= longest, text.hasPrefix("/"), !text.hasPrefix("//"),
            !text.contains("\\"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return "/" }
        return text
    }

    /// A value for a query: all but letters, digits and a few signs as percent escapes.
    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
