package import Model
package import NIOCore

/// One request of a git client, as an HTTP server hands it over after it has checked who asks and what they may do.
package struct GitRequest: Sendable {
    package typealias Body = any AsyncSequence<ByteBuffer, any Error> & Sendable

    package var method: String
    package var service: ServiceName
    /// What follows `BUSINESS/SERVICE.git/` in the path, such as `info/refs`.
    package var suffix: String
    /// Without the question mark.
    package var query: String
    package var contentType: String?
    package var contentEncoding: String?
    package var contentLength: Int64?
    /// The header `Git-Protocol`, by which a client asks for version 2.
    package var gitProtocol: String?
    package var user: UserName
    /// Throws when the client goes away before its end; else git would take a part for the whole.
    package var body: Body

    package init(
        method: String, service: ServiceName, suffix: String, query: String = "", contentType: String? = nil,
        contentEncoding: String? = nil, contentLength: Int64? = nil, gitProtocol: String? = nil,
        user: UserName, body: Body
    ) {
        (self.method, self.service, self.suffix, self.query) = (method, service, suffix, query)
        (self.contentType, self.contentEncoding) = (contentType, contentEncoding)
        (self.contentLength, self.gitProtocol) = (contentLength, gitProtocol)
        (self.user, self.body) = (user, body)
    }

    /// What the request wants done, for the decision whether its user may: a push needs the right to write.
    package var wantsToPush: Bool {
        suffix == GitBackend.Action.receive.suffix
            || GitBackend.Action.advertised(by: query) == .receive
    }
}

/// The answer to a git client; its body must be read to its end or dropped.
package struct GitResponse: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: GitBody
}

/// What git says, as it says it: a buffer is read from git when one is asked for, so a slow client slows git down.
///
/// For one reader. To drop it before its end ends a fetch, and a push whose body has not come in full; a push that
/// has come in full goes on, since its refs and their record must agree.
package struct GitBody: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer
    package typealias Failure = any Error

    enum Source: Sendable {
        case text(ByteBuffer)
        case git(GitExchange.Reader, first: ByteBuffer?)
    }
    var source: Source

    package struct AsyncIterator: AsyncIteratorProtocol {
        var reader: GitExchange.Reader?
        var first: ByteBuffer?

        package mutating func next() async throws -> ByteBuffer? {
            if let buffer = first {
                first = nil
                return buffer
            }
            return try await reader?.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        switch source {
        case .text(let text): AsyncIterator(reader: nil, first: text)
        case .git(let reader, let first): AsyncIterator(reader: reader, first: first)
        }
    }
}
