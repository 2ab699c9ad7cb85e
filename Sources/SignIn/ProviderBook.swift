import GantryBase
import Wire

/// What is known of providers: their documents and keys, fetched when needed, and not more often than is decent.
actor ProviderBook {
    /// A key that a provider has taken back is believed no longer than this.
    static let keysPeriod = Period.minutes(60)
    static let documentPeriod = Period.minutes(60)
    /// Between two fetches of keys since a token named an unknown one: everybody can send such a token.
    static let unknownKeyPause = Period.minutes(1)
    /// After a fetch that failed: a provider that is down is not asked for every person who tries.
    static let failurePause = Period.seconds(5)

    private struct Entry {
        var document: (value: ProviderDocument, at: Timestamp)?
        var keys: (value: [ProviderKey], at: Timestamp)?
        var failure: (error: GantryError, at: Timestamp)?
    }
    private var entries: [String: Entry] = [:]
    private let time: TimeSource

    init(time: TimeSource) { self.time = time }

    func document(of issuer: String) async throws(GantryError) -> ProviderDocument {
        let now = time.now()
        if let known = entries[issuer]?.document, Self.holds(known.at, Self.documentPeriod, now) {
            return known.value
        }
        let value = try await fetch(issuer) { () throws(GantryError) in
            let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
            return try ProviderDocument(
                try await ProviderFetch.get(base + "/.well-known/openid-configuration"), issuer: issuer)
        }
        entries[issuer, default: Entry()].document = (value, now)
        return value
    }

    /// The key that signed a token.
    ///
    /// - Throws: `.unauthenticated` when no key of the provider did.
    func verify(_ token: SignedToken, of issuer: String) async throws(GantryError) {
        let now = time.now()
        if let known = entries[issuer]?.keys, Self.holds(known.at, Self.keysPeriod, now) {
            if Self.isSigned(token, by: known.value) { return }
            let isKnown = token.keyID.map { id in known.value.contains { $0.id == id } } ?? true
            // A forged signature under a known key is no reason to ask again.
            guard !isKnown, !Self.holds(known.at, Self.unknownKeyPause, now) else { throw Self.unsigned }
        }
        let keys = try await fetchKeys(of: issuer)
        guard Self.isSigned(token, by: keys) else { throw Self.unsigned }
    }

    private func fetchKeys(of issuer: String) async throws(GantryError) -> [ProviderKey] {
        let address = try await document(of: issuer).keys
        let keys = try await fetch(issuer) { () throws(GantryError) in
            try ProviderKey.all(in: try await ProviderFetch.get(address))
        }
        entries[issuer, default: Entry()].keys = (keys, time.now())
        return keys
    }

    private func fetch<Value: Sendable>(
        _ issuer: String, _ body: () async throws(GantryError) -> Value
    ) async throws(GantryError) -> Value {
        if let failure = entries[issuer]?.failure, Self.holds(failure.at, Self.failurePause, time.now()) {
            throw failure.error
        }
        do throws(GantryError) {
            let value = try await body()
            entries[issuer, default: Entry()].failure = nil
            return value
        } catch {
            entries[issuer, default: Entry()].failure = (error, time.now())
            throw error
        }
    }

    /// A clock that went back makes nothing hold for ever.
    private static func holds(_ since: Timestamp, _ period: Period, _ now: Timestamp) -> Bool {
        now >= since && now - since < period
    }

    private static func isSigned(_ token: SignedToken, by keys: [ProviderKey]) -> Bool {
        let candidates = keys.filter { token.keyID == nil ? keys.count == 1 : $0.id == token.keyID }
        return candidates.contains { token.isSigned(by: $0) }
    }

    private static let unsigned = TokenFault.error("no key of the provider signed it")
}
