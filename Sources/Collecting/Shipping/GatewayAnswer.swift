import GantryBase

/// What the gateway made of a request, as far as the sender acts on it.
enum GatewayAnswer: Sendable, Hashable {
    case taken
    /// 400: this body will never be taken.
    case unreadable(String)
    /// 413: it may be taken in parts.
    case tooLarge
    /// 401 or 403: the token.
    case refusedToken
    /// 429 or 503, with what it asks for.
    case busy(Period?)
    /// Any other status: of something that is no gateway, or one that is ill.
    case other(Int)
    /// No whole answer came.
    case none(String)

    init(status: Int, retryAfter: String?, body: [UInt8]) {
        switch status {
        case 200: self = .taken
        case 400: self = .unreadable(String(decoding: body.prefix(200), as: UTF8.self))
        case 401, 403: self = .refusedToken
        case 413: self = .tooLarge
        case 429, 503:
            let seconds = retryAfter.flatMap { Int64($0) }.map { min(max(0, $0), 86_400) }
            self = .busy(seconds.map { .seconds($0) })
        default: self = .other(status)
        }
    }
}
