package import Access
package import GantryBase

/// Every limit of the HTTP API, with its unit and why it is what it is. Tests use smaller ones.
package struct APILimits: Sendable {
    /// In bytes, of a JSON or YAML body: the largest that is stored has as many.
    package var bodyBytes = 1 << 20
    /// For such a body to come in full. A slow line sends 1 MiB in a second.
    package var bodyPeriod = Period.seconds(30)
    /// In bytes, of all bodies of signals together, with what is made of them: three of the largest, or dozens of what
    /// agents send.
    package var ingestBytes = 512 << 20
    /// In bytes, of these what one service may have: one of the largest. A flood of one service shuts out no other.
    package var ingestBytesOfService = 170 << 20
    /// In bytes, of all header fields of a request together.
    package var headerBytes = 32 << 10
    package var headerFields = 100
    /// In bytes, of path and query: a list with 32 labels fits.
    package var targetBytes = 8 << 10
    /// Requests under way at once, streams included; each costs memory for its answer.
    package var requests = 1000
    /// Connections at once; more wait in the system's queue until one ends.
    package var connections = 2000
    /// Each asks the store again after every commit.
    package var watchStreams = 200
    /// Each reads a file several times in a second.
    package var logStreams = 200
    /// Between two requests on a connection, for the head of a request to come in, and between two parts of a body:
    /// git packs for a while before it sends the next part.
    package var idlePeriod = Period.seconds(60)
    /// How long what a refused client still sends is read and thrown away, so that it gets to see the answer.
    package var lingerPeriod = Period.seconds(2)
    /// How long a stream may outlive the right to it: a token that is revoked or has expired, a role that is taken.
    /// Each stream asks the store for its token as often, which is one read by name.
    package var recheckPeriod = Period.seconds(10)
    /// Between two signs of life on a watch, so that whatever stands between does not take it for dead, and a client
    /// that is gone is noticed.
    package var heartbeatPeriod = Period.seconds(15)
    /// Lines of an instance's output before following it.
    package var outputLines = 10_000
    /// What deriving a password costs.
    package var passwordCost = PasswordHash.Cost.standard
    /// How long an answer of `/readyz` is good for; asking the store to write is not free.
    package var readinessPeriod = Period.seconds(1)

    package var actions = ActionLimits()

    /// What a client is told to wait when the server is full, in seconds.
    static let retryAfterSeconds = 1
    /// In bytes: answers up to this fit the socket's buffer and are written at once.
    static let smallAnswerBytes = 64 << 10
    /// In bytes: a refused request's body up to this is read to its end so that the connection can be used again.
    static let smallBodyBytes = 64 << 10

    /// For a client whose machine has vanished: silent so long before it is probed, then between probes, in seconds, and
    /// how many may stay unanswered. A dead stream ends within a minute.
    static let keepAlive = (idleSeconds: 30, intervalSeconds: 10, probes: 3)

    package init() {}
}
