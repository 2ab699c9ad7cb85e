import GantryBase
import Model

/// The keys of platform.yaml.
enum PlatformShape {
    /// Callers that hold an address for longer than this do not use discovery.
    static let discoveryWaits = Period.zero...Period.minutes(30)

    static let shape = Shape.keys([
        KeyShape("apiVersion", .choice(["gantry/v1"]), "apiVersion: gantry/v1", required: true),
        KeyShape("kind", .choice(["Platform"]), "kind: Platform", required: true),
        KeyShape("name", .text(.name(.platform)), "the installation's name", required: true),
        KeyShape("businesses", .list(business, atLeast: 1), "groups of services", required: true),
        KeyShape("regions", .list(region, atLeast: 1), "places", required: true),
        KeyShape("clusters", .list(cluster, atLeast: 1), "where workloads run", required: true),
        KeyShape(
            "environments", .list(environment, atLeast: 1), "in the order of promotion", required: true),
        KeyShape(
            "discovery", .map(key: .name(.discovery), .text(.period(discoveryWaits))),
            "how long callers hold an address, by discovery system"),
        KeyShape("pipelines", .map(key: .name(.pipeline), .list(stage, atLeast: 1)), "stages by template"),
        KeyShape("protectedBranches", .list(.text(.branch)), "branches whose pushes start a run"),
        KeyShape("isolation", .choice(Isolation.allCases.map(\.rawValue)), "business or none"),
        KeyShape("signIn", signIn, "how people sign in beside by password"),
    ])

    private static let signIn = Shape.keys([
        KeyShape("address", .text(.serverAddress), "what browsers know the server by"),
        KeyShape(
            "oidc",
            .keys([
                KeyShape("title", .text(.word), "what its button says"),
                KeyShape("issuer", .text(.issuer), "as its discovery document has it", required: true),
                KeyShape(
                    "clientID", .text(.word), "what the provider calls this installation", required: true),
                KeyShape("scopes", .list(.text(.word), atLeast: 1), "asked for; openid is needed"),
                KeyShape("userClaim", .text(.word), "the claim that people are called by"),
                KeyShape("groupsClaim", .text(.word), "the claim with a person's groups"),
                KeyShape(
                    "groups", .map(key: .word, .map(key: .businessOrAll, roles)),
                    "roles by business by group; * is every business"),
                KeyShape("admins", .list(.text(.word)), "groups that administer the installation"),
            ]), "a provider that speaks OpenID Connect"),
    ])

    private static let roles = Shape.choice(Role.allCases.map(\.rawValue))

    private static let business = Shape.keys([
        KeyShape("name", .text(.name(.business)), "name: yidian", required: true),
        KeyShape("title", .text(.any), "for people"),
        KeyShape("names", .text(.namePattern), "pattern for the names of its services"),
        KeyShape("members", .map(key: .user, roles), "roles by user; * is every signed-in user"),
        KeyShape("pipeline", .text(.reference), "name of a pipeline"),
    ])

    private static let region = Shape.byKind(
        scalar: .text(.name(.region)),
        mapping: .keys([
            KeyShape("name", .text(.name(.region)), "name: guangzhou", required: true),
            KeyShape("title", .text(.any), "for people"),
        ]))

    private static let cluster = Shape.keys([
        KeyShape("name", .text(.name(.cluster)), "name: local", required: true),
        KeyShape(
            "kind", .choice(Cluster.Kind.allCases.map(\.rawValue)), "local or kubernetes", required: true),
    ])

    private static let environment = Shape.keys([
        KeyShape("name", .text(.name(.environment)), "name: production", required: true),
        KeyShape(
            "regions",
            .byKind(
                list: .list(.text(.name(.region)), atLeast: 1),
                mapping: .map(key: .name(.region), .text(.reference))),
            "cluster by region, or regions when there is one cluster; absent: all regions"),
    ])

    private static let stage = Shape.keys(
        [
            KeyShape("name", .text(.name(.stage)), "name: verify", required: true),
            KeyShape(
                "steps", .list(.choice(StepKind.allCases.map(\.rawValue)), atLeast: 1), "steps in order"),
            KeyShape("approval", .keys([KeyShape("role", roles, "who may approve")]), "a person decides"),
            KeyShape("rollout", .text(.reference), "environment rolled out to"),
        ],
        exactlyOne: ["steps", "approval", "rollout"])
}
