import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Testing
import Wire

@testable import Commands

extension CommandsTests {
    /// A server that speaks TLS, with the clients that people use.
    @Suite(.serialized) struct TLSTests {
        /// An authority of a test's own and what it signs.
        struct Authority {
            let folder: String
            var ca: String { folder + "/ca.pem" }

            init(folder: String) async throws {
                self.folder = folder
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                try await openssl(
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=test authority",
                    "-keyout", "ca.key", "-out", "ca.pem")
            }

            /// Writes `NAME.pem` and `NAME.key` for this machine.
            func sign(_ name: String, kind: [String] = ["rsa:2048"]) async throws {
                try await openssl(
                    ["req", "-newkey"] + kind + [
                        "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "\(name).key", "-out", "\(name).csr",
                    ])
                try "subjectAltName=IP:127.0.0.1,DNS:localhost\n".write(
                    toFile: folder + "/ext", atomically: true, encoding: .utf8)
                try await openssl(
                    "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                    "-CAcreateserial",
                    "-days", "1", "-extfile", "ext", "-out", "\(name).pem")
            }

            func serial(_ name: String) async throws -> String {
                try await openssl("x509", "-in", "\(name).pem", "-noout", "-serial")
            }

            @discardableResult
            func openssl(_ words: String...) async throws -> String { try await openssl(words) }

            @discardableResult
            func openssl(_ words: [String], mayFail: Bool = false) async throws -> String {
                let outcome = try await Shell.run(
                    ["openssl"] + words, directory: folder, environment: Shell.environment)
                guard outcome.status == 0 || mayFail else { throw GantryError(.unavailable, outcome.all) }
                return mayFail ? outcome.all : outcome.output
            }

            func install(_ name: String) throws {
                for kind in ["key", "pem"] {
                    try FileManager.default.copyItem(
                        atPath: "\(folder)/\(name).\(kind)", toPath: "\(folder)/new.\(kind)")
                    guard rename("\(folder)/new.\(kind)", "\(folder)/server.\(kind)") == 0 else {
                        throw GantryError(.unavailable, "cannot install \(name)")
                    }
                }
            }

            /// What a server shows to whoever connects.
            func shown(at port: String) async throws -> String {
                let text = try await Shell.run(
                    [
                        "/bin/sh", "-c",
                        "openssl s_client -connect 127.0.0.1:\(port) -CAfile ca.pem </dev/null 2>/dev/null"
                            + " | openssl x509 -noout -serial",
                    ], directory: folder, environment: Shell.environment)
                return text.output
            }
        }

        @Test func clientsComeOverTLSAndTheCertificateIsRenewedWhileItRuns() async throws {
            try await RunningServer.withFolder { server in
                let authority = try await Authority(folder: server.root + "/tls")
                try await authority.sign("one")
                try await authority.sign("two", kind: ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
                try authority.install("one")
                try await server.start(
                    "--tls-certificate", authority.folder + "/server.pem", "--tls-key",
                    authority.folder + "/server.key")
                let (address, token) = (await server.address, await server.token)
                #expect(address.hasPrefix("https://127.0.0.1:"))
                let port = try #require(address.split(separator: ":").last.map(String.init))
                func gantry(_ words: String..., ca: String? = nil) async throws -> Shell.Outcome {
                    try await AccessTests.gantry(
                        words, home: server.root, server: address, token: token,
                        more: ca.map { ["GANTRY_CA": $0] } ?? [:])
                }
                let stranger = try await gantry("token", "list")
                #expect(
                    stranger.status == 69 && stranger.complaint.contains("not trusted"), "\(stranger.all)")
                #expect(stranger.complaint.contains("--ca"))
                #expect(try await gantry("token", "list", ca: authority.ca).status == 0)
                #expect(try await gantry("token", "list", "--ca", authority.ca).status == 0)
                #expect(try await gantry("token", "list", "--ca", "/dev/null").status == 65)

                let headers = try await Shell.run(
                    [
                        "curl", "-sS", "-D", "-", "--cacert", authority.ca, "\(address)/sign-in", "-o",
                        "/dev/null",
                    ],
                    environment: Shell.environment)
                #expect(
                    headers.output.lowercased().contains("strict-transport-security: max-age="),
                    "\(headers.all)")
                // Agents have a door of their own on loopback, at which there is nothing else.
                let door = try String(
                    contentsOfFile: server.data + "/clusters/gateway.address", encoding: .utf8)
                #expect(door.hasPrefix("http://127.0.0.1:") && !door.hasSuffix(":\(port)"))
                for path in ["/livez", "/sign-in", "/v1/users", "/v1/logs"] {
                    let answer = try await Shell.run(
                        ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", door + path],
                        environment: Shell.environment)
                    #expect(answer.output == "404", "\(path): \(answer.all)")
                }
                let plain = try await Shell.run(
                    ["curl", "-sS", "http://127.0.0.1:\(port)/livez"], environment: Shell.environment)
                #expect(plain.status != 0, "no answer in clear on this port")
                let old = try await authority.openssl(
                    [
                        "s_client", "-connect", "127.0.0.1:\(port)", "-tls1_1", "-cipher",
                        "ALL:@SECLEVEL=0", "-CAfile", "ca.pem",
                    ], mayFail: true)
                #expect(!old.contains("Verify return code: 0 (ok)") || old.contains("alert protocol version"))

                let (one, two) = (try await authority.serial("one"), try await authority.serial("two"))
                #expect(try await authority.shown(at: port) == one)
                // A half-written pair harms nobody.
                try "nonsense".write(
                    toFile: authority.folder + "/server.pem", atomically: true, encoding: .utf8)
                _ = try await eventually("the broken file is noticed") {
                    await server.log().contains("stays as it was") ? true : nil
                }
                #expect(try await authority.shown(at: port) == one)
                try authority.install("two")
                _ = try await eventually("the new certificate is shown") {
                    try await authority.shown(at: port) == two ? true : nil
                }
                #expect(try await gantry("token", "list", ca: authority.ca).status == 0)
            }
        }

        @Test func gitComesOverTLS() async throws {
            try await RunningServer.withFolder { server in
                let authority = try await Authority(folder: server.root + "/tls")
                try await authority.sign("one")
                try authority.install("one")
                try await server.start(
                    "--tls-certificate", authority.folder + "/server.pem", "--tls-key",
                    authority.folder + "/server.key")
                let (address, token, root) = (await server.address, await server.token, server.root)
                func run(_ words: String..., input: String? = nil) async throws -> Shell.Outcome {
                    try await AccessTests.gantry(
                        words, input: input, home: root, more: ["GIT_CONFIG_GLOBAL": root + "/gitconfig"])
                }
                try "[user]\n\tname = Ana\n\temail = ana@example.com\n".write(
                    toFile: root + "/gitconfig", atomically: true, encoding: .utf8)
                let login = try await run("login", address, "--ca", authority.ca, input: token)
                #expect(login.status == 0, "\(login.all)")
                try Sample.platform.write(toFile: root + "/platform.yaml", atomically: true, encoding: .utf8)
                let applied = try await run("apply", root + "/platform.yaml")
                #expect(applied.status == 0, "\(applied.all)")
                let made = try await run(
                    "service", "new", "yidian/article", "--language", "python", "--directory",
                    root + "/article")
                #expect(made.status == 0, "\(made.all)")
                var environment = Shell.environment
                environment["HOME"] = root
                environment["GIT_TERMINAL_PROMPT"] = "0"
                environment["GANTRY_TOKEN"] = token
                let helper = "!f() { echo username=x; echo \"password=$GANTRY_TOKEN\"; }; f"
                let pushed = try await Shell.run(
                    ["git", "-c", "credential.helper=\(helper)", "push", "-u", "origin", "main"],
                    directory: root + "/article", environment: environment)
                #expect(pushed.status == 0, "\(pushed.all)")
                let copy = try await Shell.run(
                    [
                        "git", "-c", "http.sslCAInfo=\(authority.ca)", "-c", "credential.helper=\(helper)",
                        "clone", "--quiet", "\(address)/git/yidian/article.git", root + "/copy",
                    ], environment: environment)
                #expect(copy.status == 0, "\(copy.all)")
                #expect(FileManager.default.fileExists(atPath: root + "/copy/service.yaml"))
            }
        }

        @Test func filesThatMakeNoCertificateAreRefusedAtTheStart() async throws {
            try await RunningServer.withFolder { server in
                let authority = try await Authority(folder: server.root + "/tls")
                try await authority.sign("one")
                try await authority.sign("two")
                let folder = authority.folder
                for (certificate, key) in [
                    ("one.pem", "two.key"), ("one.pem", "missing"), ("one.key", "one.key"),
                    ("missing", "one.key"),
                ] {
                    let outcome = try await Shell.run(
                        [
                            Shell.program, "up", "--data", server.data, "--port", "0", "--tls-certificate",
                            "\(folder)/\(certificate)", "--tls-key", "\(folder)/\(key)",
                        ], environment: Shell.environment)
                    #expect(outcome.status == 65, "\(certificate) \(key): \(outcome.all)")
                }
                let half = try await Shell.run(
                    [Shell.program, "up", "--data", server.data, "--tls-key", "\(folder)/one.key"],
                    environment: Shell.environment)
                #expect(half.status == 64)
                let plain = try await Shell.run(
                    [Shell.program, "up", "--data", server.data, "--port", "0", "--host", "0.0.0.0"],
                    environment: Shell.environment)
                #expect(plain.status == 65 && plain.complaint.contains("--tls-certificate"), "\(plain.all)")
            }
        }
    }
}
