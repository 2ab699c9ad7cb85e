import GantryBase
import NIOCore

/// Where the gateway is, as its file says.
struct GatewayAddress: Sendable, Hashable {
    var host: String
    var port: Int
    /// What comes before `/v1`: empty, or a path that begins with a slash.
    var path: String

    /// Bytes of the file: an address and a newline.
    private static let largestFile = 4096

    /// - Throws: `notFound` while the file is missing, `invalid` or `unsupported` for what cannot be used.
    static func read(_ file: String) throws(GantryError) -> GatewayAddress {
        guard let bytes = DiskFile.contents(file, limit: largestFile) else {
            throw GantryError(.notFound, "there is no gateway yet: \(file) cannot be read")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
        return try GatewayAddress(String(trimmed))
    }

    init(_ text: String) throws(GantryError) {
        if text.hasPrefix("https://") {
            throw GantryError(
                .unsupported, "the agent cannot send to \(text) yet: it speaks plain HTTP only",
                hint: "give agents an http address of the gateway")
        }
        guard text.hasPrefix("http://") else { throw Self.unusable(text) }
        let rest = text.dropFirst(7)
        let authority = rest.prefix { $0 != "/" }
        path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        let colon = authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":")
        let name = colon.map { authority[..<$0] } ?? authority
        port = 80
        if let colon {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number)
            else { throw Self.unusable(text) }
            port = number
        }
        host = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : String(name)
        guard !host.isEmpty, !host.contains("@"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Self.unusable(text)
        }
    }

    /// As it stands in a `Host` field.
    var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// May block for the name service.
    func resolve() throws(GantryError) -> SocketAddress {
        do {
            if let address = try? SocketAddress(ipAddress: host, port: port) { return address }
            return try SocketAddress.makeAddressResolvingHost(host, port: port)
        } catch {
            throw GantryError(.unavailable, "the name \(host) of the gateway is not known", cause: error)
        }
    }

    private static func unusable(_ text: String) -> GantryError {
        GantryError(
            .invalid, "the gateway's file holds no address", hint: "it must be like http://127.0.0.1:7180")
    }
}
