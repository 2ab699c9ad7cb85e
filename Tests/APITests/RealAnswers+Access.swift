import Wire

extension RealAnswers {
    typealias Asking = (
        _ method: String, _ path: String, _ target: String?, _ body: String?, _ isSignedIn: Bool
    ) async throws -> JSONValue?

    /// Users, service accounts, machines and sessions.
    func collectAccess(_ admin: String, _ ask: Asking) async throws {
        let password = UserRouteTests.password
        _ = try await ask("POST", "/v1/users", nil, "{\"name\":\"ana\",\"password\":\"\(password)\"}", true)
        _ = try await ask("GET", "/v1/users", nil, nil, true)
        _ = try await ask(
            "POST", "/v1/sign-in", nil, "{\"user\":\"ana\",\"password\":\"\(password)\"}", false)
        _ = try await ask(
            "PUT", "/v1/users/{name}/password", "/v1/users/ana/password",
            "{\"password\":\"five quiet herons at dawn\"}", true)
        _ = try await ask("DELETE", "/v1/users/{name}", "/v1/users/ana", nil, true)
        _ = try await ask(
            "POST", "/v1/service-accounts", nil,
            "{\"name\":\"deployer\",\"roles\":{\"yidian\":\"developer\"},\"description\":\"ships\"}", true)
        _ = try await ask("GET", "/v1/service-accounts", nil, nil, true)
        _ = try await ask(
            "DELETE", "/v1/service-accounts/{name}", "/v1/service-accounts/deployer", nil, true)
        let begun = try await ask("POST", "/v1/device", nil, "{\"client\":\"laptop\"}", false)
        let code = begun?["userCode"]?.stringValue ?? ""
        _ = try await ask("GET", "/v1/device/{code}", "/v1/device/\(code)", nil, true)
        _ = try await ask("POST", "/v1/device/{code}", "/v1/device/\(code)", "{\"approved\":true}", true)
        _ = try await ask(
            "POST", "/v1/device/token", nil,
            "{\"deviceCode\":\"\(begun?["deviceCode"]?.stringValue ?? "")\"}", false)
        _ = try await Browser.signedIn(server, admin)
        let sessions = try await ask("GET", "/v1/sessions", nil, nil, true)
        let id = sessions?["items"]?[0]?["id"]?.stringValue ?? ""
        _ = try await ask("DELETE", "/v1/sessions/{id}", "/v1/sessions/\(id)", nil, true)
        _ = try await ask("PUT", "/v1/sign-in/oidc/secret", nil, "{\"value\":\"hush\"}", true)
        _ = try await ask("DELETE", "/v1/sign-in/oidc/secret", nil, nil, true)
    }
}
