import Access
import Console
import ControlPlane
import GantryBase
import Model
import Planning
import State

extension Routes {
    func secretPlaces(_ call: PageCall) async throws -> Answer {
        let query = call.request.query("q") ?? ""
        let found = try await visible(call, for: "secret.list").1.map(\.name).filter {
            query.isEmpty || $0.path.contains(query.lowercased())
        }
        let cut = Cut(found, after: call.request.query("after"), limit: Self.pageRows, name: \.path) { [$0] }
        var page = SecretPlacesPage(.items(cut.items), query: query)
        page.listPlace = ListPlace(
            total: found.count, firstAddress: cut.isFirst ? nil : page.address(),
            nextAddress: cut.next.map { page.address(after: $0) })
        return .page(page, call)
    }

    func secretsPage(_ call: PageCall) async throws -> SecretsPage {
        let service = try name(ServiceName.self, call.parameter("service"))
        try await requireView(service, call, "secret.list", service.path)
        _ = try await store.require(StoredRepository.self, service.path)
        let stored = try await store.all(StoredSecret.self, prefix: service.path + "/")
        let named = stored.compactMap { secret in SecretName(path: secret.name).map { ($0, secret.spec) } }
        let newest = try await store.list(
            StoredRelease.self, prefix: service.path + "/", order: .recent, limit: 1
        )
        .objects.first?.spec
        let declared = newest?.definition.environments.mapValues { Set($0.secrets) } ?? [:]
        let gaps = SecretUse.gaps(
            declared: declared,
            values: Set(named.map { SecretUse.Value($0.0.variable, in: $0.0.environment) }))
        let entries = named.map { name, spec in
            SecretsPage.Entry(
                name.variable, in: name.environment, setBy: spec.setBy, setAt: spec.setAt,
                isDeclared: declared.contains {
                    $0.value.contains(name.variable)
                        && (name.environment == nil || name.environment == $0.key)
                })
        }
        return SecretsPage(
            service, .items(entries), missing: gaps.map { .init($0.variable, in: $0.environments) },
            environments: try await platform()?.environments.map(\.name) ?? [],
            manage: try await permission(.manageSecrets, on: service.business, call))
    }

    func setSecret(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let service = try name(ServiceName.self, call.parameter("service"))
        return try await sent(
            call, to: Address.secrets(of: service), notice: Phrase("The secret was set", "密钥已设置")
        ) {
            let variable = try fields.required("variable")
            try await operations.require(
                .manageSecrets, on: service.business, by: call.identity, for: "secret.set",
                "\(service)/\(variable)")
            let name = try await secretName(service, fields["environment"], variable)
            try await parts.secrets.set(
                name, SecretText(try fields.required("value")), by: call.identity.user)
        } again: {
            try await secretsPage(call)
        }
    }

    func removeSecret(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let service = try name(ServiceName.self, call.parameter("service"))
        return try await sent(
            call, to: Address.secrets(of: service), notice: Phrase("The secret was removed", "密钥已移除")
        ) {
            let name = try SecretName(
                service, Self.environment(fields["environment"]), try fields.required("variable"))
            try await operations.removeSecret(
                name, isForced: fields["force"] != nil, from: parts.secrets, by: call.identity)
        } again: {
            try await secretsPage(call)
        }
    }
}
