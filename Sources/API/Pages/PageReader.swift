import Access
import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import State

// What the pages of objects read, and what their readers may do.
extension Routes {
    /// Rows of one page of a list; more would make it long to look through and heavy to send.
    static let pageRows = 50
    /// Rows of a list beside others.
    static let shortRows = 8

    /// The services that the asker may see, with all their workloads.
    func visible(_ call: PageCall, for action: String) async throws -> (
        SurveyContent, [SurveyContent.Service]
    ) {
        let businesses = try await visibleBusinesses(call.call, for: action, "")
        let content = try await survey.current()
        guard let businesses else { return (content, content.services) }
        let visible = Set(businesses)
        return (content, content.services.filter { visible.contains($0.name.business) })
    }

    func platform() async throws -> PlatformSpec? {
        try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec
    }

    /// Whether the asker has a right; asks nobody and writes nothing down, unlike the verb that will be asked.
    func permission(_ right: Right, on business: BusinessName, _ call: PageCall) async throws -> Permission {
        let platform = try await platform()
        do {
            try Rights.require(right, on: business, identity: call.identity, platform: platform)
            return .allowed
        } catch {
            return .takes(Self.holder(right, call.identity))
        }
    }

    /// What a reader lacks, in the words of `platform.yaml`: the role, or the scope that the token was made without.
    private static func holder(_ right: Right, _ identity: Identity) -> String {
        guard identity.has(right.rule.scope) else { return "\(right.rule.scope.rawValue) (token)" }
        if case .role(let role) = right.rule.holder { return role.rawValue }
        return "admin"
    }

    func requireView(_ service: ServiceName, _ call: PageCall, _ action: String, _ object: String)
        async throws
    {
        try await operations.require(.view, on: service.business, by: call.identity, for: action, object)
    }

    /// One page of a kind, the last changed first, of the businesses that the asker may see.
    func recent<Kind: StoredKind>(
        _ kind: Kind.Type, prefix: String = "", labels: [String: String] = [:], after: String? = nil,
        limit: Int = pageRows, _ call: PageCall
    ) async throws -> (objects: [Stored<Kind>], next: String?) {
        let businesses = try await visibleBusinesses(call.call, for: "\(Kind.kind).list", prefix)
        let query = StateQuery(
            kind: Kind.kind, prefix: prefix, labels: labels, order: .recent, after: after, limit: limit)
        let page = try await ListScope(prefix: prefix, businesses: businesses).page(of: query, from: store)
        return (try page.objects.map { try Stored($0) }, page.next)
    }

    /// The name in an address; an address that names nothing is one where nothing is.
    func name<Name: PathName>(_ kind: Name.Type, _ text: String) throws(GantryError) -> Name {
        if let name = Name(path: text) { return name }
        throw GantryError(.notFound, "\(text) is no \(Name.form)", hint: "follow a link of the console")
    }

    func service(in call: PageCall) throws(GantryError) -> ServiceName? {
        guard let text = call.request.query("service") else { return nil }
        return try name(ServiceName.self, text)
    }

    /// Sends what a form asks for, and shows its page again with the reason where that is refused.
    func sent(
        _ call: PageCall, to address: String, notice: Phrase, _ verb: () async throws -> Void,
        again page: () async throws -> any ConsolePage
    ) async throws -> Answer {
        do {
            try await verb()
            return .seeOther(address, notice: notice, for: call.context, desk.cookies)
        } catch let error as GantryError where error.code != .unauthenticated && error.code != .notFound {
            return .page(
                try await page().render(call.context, failure: error), Problem.status(of: error.code))
        }
    }
}

extension Answer {
    static func page(_ page: some ConsolePage, _ call: PageCall) -> Answer {
        .page(page.render(call.context))
    }

    /// The part of a page that stands open.
    static func part(_ page: some LivePage, _ call: PageCall) -> Answer {
        .page(page.renderPart(call.context))
    }
}
