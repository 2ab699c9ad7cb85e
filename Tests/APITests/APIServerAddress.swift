@testable import API

enum APIServerAddress {
    static func isAllowed(_ host: String) -> Bool { APIServer.isLoopback(host) }
}
