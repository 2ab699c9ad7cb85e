import Model

/// Reads how people sign in.
struct SignInReader {
    let report: Report
    let businesses: [Business]

    func read(_ node: YAMLNode) -> SignInSpec {
        SignInSpec(address: node["address"]?.text, oidc: node["oidc"].flatMap(readProvider))
    }

    private func readProvider(_ node: YAMLNode) -> OIDCSpec? {
        guard let issuer = node["issuer"]?.text, let clientID = node["clientID"]?.text else { return nil }
        var spec = OIDCSpec(title: node["title"]?.text ?? "", issuer: issuer, clientID: clientID)
        if let scopes = node["scopes"] {
            spec.scopes = scopes.texts
            if !scopes.texts.contains("openid") {
                report.error(
                    scopes.place, "scope-openid",
                    "the scopes lack openid, without which there is no identity",
                    hint: "add openid")
            }
        }
        if let claim = node["userClaim"]?.text { spec.userClaim = claim }
        if let claim = node["groupsClaim"]?.text { spec.groupsClaim = claim }
        spec.admins = node["admins"]?.texts ?? []
        for group in node["groups"]?.entries ?? [] {
            for entry in group.value.entries {
                check(entry.key, entry.value)
                spec.groups[group.key, default: [:]][BusinessName(entry.key)] = entry.value.text.flatMap(
                    Role.init(rawValue:))
            }
        }
        return spec
    }

    private func check(_ business: String, _ node: YAMLNode) {
        guard business != "*", !businesses.contains(where: { $0.name.text == business }) else { return }
        report.error(
            node.place, "unknown-business", "there is no business \"\(YAMLNode.short(business))\"",
            hint: Nearest.hint(business, among: businesses.map(\.name.text)))
    }
}
