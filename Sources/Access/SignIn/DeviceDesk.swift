package import GantryBase
package import Model
package import State
import Synchronization

/// Signs a command line in through a browser (RFC 8628): the machine asks and shows a short code, the person confirms it
/// where they are signed in, and the machine, asking again and again, gets a token.
///
/// What is asked for is kept in memory alone: everybody may ask, and an answer is worth minutes. After a restart a
/// machine is told that its code has expired and asks anew.
package final class DeviceDesk: Sendable {
    /// For a person to sign in and type a code.
    package static let lifetime = Period.minutes(10)
    /// Between two questions of a machine.
    package static let interval = Period.seconds(5)
    /// Added to it whenever a machine asks too soon (RFC 8628, 3.5).
    static let slowDown = Period.seconds(5)
    /// By how much a question may come early: the way to the server takes longer at one time than at another.
    static let tolerance = Period.seconds(1)
    package static let pending = 1000
    package static let pendingPerAddress = 20
    /// Of a token made this way, unless less is asked for.
    package static let tokenPeriod = Period.minutes(30 * 24 * 60)
    package static let longestTokenPeriod = Period.minutes(366 * 24 * 60)
    /// In characters, of a machine's name.
    package static let clientLength = 60

    /// What a person decides on.
    package struct Question: Sendable, Hashable {
        package var code: String
        /// As the machine calls itself.
        package var client: String
        package var address: String
        package var scopes: [Scope]
        package var tokenPeriod: Period
        package var askedAt: Timestamp
        package var endsAt: Timestamp
    }

    package enum Reply: Sendable {
        case pending
        case slowDown(Period)
        case denied
        /// Also for what nobody asked for.
        case expired
        case token(text: String, id: String, user: UserName, scopes: [Scope], expiresAt: Timestamp)
    }

    private struct Entry {
        var question: Question
        var decision: Decision?
        var interval = DeviceDesk.interval
        var askedAt: Timestamp?
    }
    private struct Decision {
        var user: UserName
        /// Empty when refused.
        var scopes: [Scope]
    }
    private struct Book {
        var entries: [String: Entry] = [:]
        var attempts = AttemptLimits()
    }

    private let store: any StateStore
    private let tokens: TokenStore
    private let time: TimeSource
    private let random: RandomSource
    private let book = Mutex(Book())

    package init(store: any StateStore, tokens: TokenStore, time: TimeSource, random: RandomSource = .system)
    {
        (self.store, self.tokens, self.time, self.random) = (store, tokens, time, random)
    }

    /// - Returns: the code that the machine keeps to itself, and what it shows.
    package func begin(
        client: String, scopes: [Scope], tokenPeriod: Period?, address: String
    ) throws(GantryError) -> (deviceCode: String, question: Question) {
        let period = tokenPeriod ?? Self.tokenPeriod
        guard !scopes.isEmpty, period > .zero, period <= Self.longestTokenPeriod else {
            throw GantryError(
                .invalid, "a token needs a scope and a time of at most \(Self.longestTokenPeriod)",
                hint: "ask for the scope read at least")
        }
        let now = time.now()
        let question = Question(
            code: Self.written(RandomName.make(length: 8, from: random)), client: Self.shown(client),
            address: address, scopes: Scope.allCases.filter(scopes.contains), tokenPeriod: period,
            askedAt: now,
            endsAt: now + Self.lifetime)
        let deviceCode = RandomName.make(length: 40, from: random)
        let isFull = book.withLock { book in
            book.entries = book.entries.filter { $0.value.question.endsAt > now }
            let own = book.entries.values.count { $0.question.address == address }
            guard book.entries.count < Self.pending, own < Self.pendingPerAddress else { return true }
            book.entries[deviceCode] = Entry(question: question)
            return false
        }
        if isFull {
            throw GantryError(
                .limit, "too many machines wait to be signed in", hint: "try again in a few minutes")
        }
        return (deviceCode, question)
    }

    /// What a code stands for, with the scopes that this person can give.
    ///
    /// - Throws: `.notFound` for a code that nobody waits with, `.limit` after many of them.
    package func question(_ code: String, for identity: Identity) throws(GantryError) -> Question {
        try requireWrite(identity)
        let now = time.now()
        let user = identity.user.text
        let found: Result<Question, GantryError> = book.withLock { book in
            if let wait = book.attempts.wait(user: user, address: "", now: now) {
                return .failure(Self.tooMany(wait))
            }
            guard let entry = Self.entry(code, in: book, now) else {
                book.attempts.begin(user: user, address: user, now: now)
                return .failure(Self.unknown)
            }
            return .success(entry.value.question)
        }
        var question = try found.get()
        question.scopes = question.scopes.filter(identity.has)
        return question
    }

    /// Lets the machine in as oneself, or refuses it; once.
    package func decide(_ code: String, approved: Bool, by identity: Identity) async throws {
        let question = try question(code, for: identity)
        guard !approved || !question.scopes.isEmpty else {
            throw GantryError(
                .forbidden, "you have none of the scopes that \(question.client) asks for",
                hint: "sign in with a session or token that has them")
        }
        let now = time.now()
        let isDone = book.withLock { book in
            guard let entry = Self.entry(code, in: book, now) else { return false }
            book.entries[entry.key]?.decision = Decision(
                user: identity.user, scopes: approved ? question.scopes : [])
            return true
        }
        guard isDone else { throw Self.unknown }
        let scopes = question.scopes.map(\.rawValue).joined(separator: ", ")
        let record = AuditRecord(
            at: now, who: identity.user.text, action: approved ? "device.approve" : "device.refuse",
            object: "user/\(identity.user)",
            detail: "\(question.client), which asked from \(question.address) for \(scopes)")
        try await store.commit([], audit: [record])
    }

    /// What a machine gets that asks with its code; the token once.
    package func reply(to deviceCode: String) async throws -> Reply {
        let now = time.now()
        let (reply, entry): (Reply, Entry?) = book.withLock { book in
            guard var entry = book.entries[deviceCode], entry.question.endsAt > now else {
                book.entries[deviceCode] = nil
                return (.expired, nil)
            }
            if let last = entry.askedAt, now - last + Self.tolerance < entry.interval {
                entry.interval = entry.interval + Self.slowDown
                entry.askedAt = now
                book.entries[deviceCode] = entry
                return (.slowDown(entry.interval), nil)
            }
            entry.askedAt = now
            book.entries[deviceCode] = entry.decision == nil ? entry : nil
            return (.pending, entry.decision == nil ? nil : entry)
        }
        guard let entry, let decision = entry.decision else { return reply }
        guard !decision.scopes.isEmpty else { return .denied }
        let end = now + entry.question.tokenPeriod
        let made = try await tokens.issue(
            user: decision.user, scopes: decision.scopes, expiresAt: end,
            description: "gantry login on \(entry.question.client)", by: decision.user)
        return .token(
            text: made.text, id: made.id, user: decision.user, scopes: decision.scopes, expiresAt: end)
    }

    private static func entry(_ code: String, in book: Book, _ now: Timestamp) -> (key: String, value: Entry)?
    {
        let typed = folded(code)
        return book.entries.first {
            $0.value.decision == nil && $0.value.question.endsAt > now
                && folded($0.value.question.code) == typed
        }
    }

    /// The token will do what its maker may: as for any token, that takes the scope to write.
    private func requireWrite(_ identity: Identity) throws(GantryError) {
        guard !identity.has(.write) else { return }
        throw GantryError(
            .forbidden, "token \(identity.tokenID) lacks the scope write, which signing a machine in takes",
            hint: "use one that has it")
    }

    /// `BCDF-GHJK`: read out and typed in two halves.
    private static func written(_ code: String) -> String {
        (code.prefix(code.count / 2) + "-" + code.dropFirst(code.count / 2)).uppercased()
    }

    private static func folded(_ code: String) -> String {
        code.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Whoever asks chose the name: it is shown to the person who decides, and says no more than a name can.
    private static func shown(_ client: String) -> String {
        let kept = client.unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F }
        let text = String(String.UnicodeScalarView(kept).prefix(clientLength))
        return text.isEmpty ? "a machine without a name" : text
    }

    private static let unknown = GantryError(
        .notFound, "nobody waits with this code", hint: "look at the code again, or start anew: gantry login")

    private static func tooMany(_ wait: Period) -> GantryError {
        GantryError(
            .limit,
            "too many codes were wrong: the next is looked at in \(max(1, wait.milliseconds / 1000)) s",
            hint: "wait, and type the code that gantry login shows")
    }
}
