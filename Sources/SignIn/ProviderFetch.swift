import AsyncHTTPClient
import GantryBase
import NIOCore
import NIOHTTP1
import Wire

/// Asks a provider: no longer than a person waits, no more than a document has, and where it was told to and nowhere else.
enum ProviderFetch {
    static let timeLimit = TimeAmount.seconds(10)
    /// In bytes, of an answer.
    static let answerLimit = 256 << 10

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        // A redirect would lead a secret elsewhere.
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    static func get(_ address: String) async throws(GantryError) -> JSONValue {
        try await send(HTTPClientRequest(url: address), to: address).document
    }

    /// - Returns: the answer, also when it is a refusal in the provider's words.
    static func post(
        _ address: String, form: [(String, String)], basic: String?
    ) async throws(GantryError) -> (status: Int, document: JSONValue) {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        if let basic { request.headers.add(name: "Authorization", value: "Basic \(basic)") }
        request.body = .bytes(Array(encoded(form).utf8))
        return try await send(request, to: address, refusals: true)
    }

    private static func send(
        _ original: HTTPClientRequest, to address: String, refusals: Bool = false
    ) async throws(GantryError) -> (status: Int, document: JSONValue) {
        var request = original
        request.headers.add(name: "Accept", value: "application/json")
        let (status, bytes): (Int, [UInt8])
        do {
            let response = try await http.execute(request, timeout: timeLimit)
            let buffer = try await response.body.collect(upTo: answerLimit)
            (status, bytes) = (Int(response.status.code), Array(buffer.readableBytesView))
        } catch {
            throw GantryError(
                .unavailable, "the identity provider does not answer at \(place(address))",
                hint: "try again in a moment, or sign in another way", cause: error)
        }
        guard status == 200 || refusals, let document = try? JSON.parse(bytes) else {
            throw GantryError(
                .unavailable, "the identity provider answered at \(place(address)) with status \(status)",
                hint: "try again in a moment, or sign in another way")
        }
        return (status, document)
    }

    /// Without a query, which may hold what is nobody's business.
    private static func place(_ address: String) -> String { String(address.prefix { $0 != "?" }) }

    static func encoded(_ fields: [(String, String)]) -> String {
        fields.map { escaped($0.0) + "=" + escaped($0.1) }.joined(separator: "&")
    }

    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
