import Access
import Foundation
import GantryBase
import HTTPTypes
import Model
import State
import StateSQLite
import Supervision
import Testing
import Wire

@testable import API

@Suite struct OpenAPITests {
    /// The routes of a server that answers nothing.
    private func routes(_ server: TestServer) throws -> [Route] { server.routes.filter(Catalogue.covers) }

    @Test func theDocumentAndTheRoutesNameTheSame() async throws {
        try await TestServer.with { server in
            let served = Set(try routes(server).map { "\($0.method) \($0.template)" })
            let described = Catalogue.all.map { "\($0.method) \($0.pattern)" }
            #expect(Set(described).count == described.count, "an entry stands twice")
            #expect(served.subtracting(described) == [], "routes without an entry in Sources/API/Catalogue")
            #expect(Set(described).subtracting(served) == [], "entries without a route")
            let document = try JSON.parse(try OpenAPIDocument.bytes())
            var operations: [String: JSONValue] = [:]
            for path in document["paths"]?.objectValue ?? [] {
                for operation in path.value.objectValue ?? [] {
                    operations["\(operation.name.uppercased()) \(path.name)"] = operation.value
                }
            }
            #expect(operations.count == served.count)
            var identifiers: Set<String> = []
            for operation in Catalogue.all {
                let path = OpenAPIDocument.path(operation.pattern)
                let shown = try #require(operations["\(operation.method) \(path.text)"])
                let isNew = identifiers.insert(shown["operationId"]?.stringValue ?? "").inserted
                #expect(isNew, "\(operation.pattern)")
                let names = (shown["parameters"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
                #expect(Set(names).isSuperset(of: path.parameters + operation.query.map(\.name)))
                let statuses = Set((shown["responses"]?.objectValue ?? []).map(\.name))
                let wanted = OpenAPIDocument.statuses(of: operation).map { "\($0)" }
                #expect(statuses.isSuperset(of: wanted + ["\(operation.answer.status.code)"]))
            }
        }
    }

    @Test func aBodysSchemaHasAllMembersThatAreTaken() throws {
        for operation in Catalogue.all {
            guard case .json(let source, let members) = operation.body else { continue }
            let book = SchemaBook()
            let name = try #require(try source(book)["$ref"]?.stringValue?.split(separator: "/").last)
            let schema = try #require(book.components[String(name)])
            let properties = Set((schema["properties"]?.objectValue ?? []).map(\.name))
            #expect(properties == members, "\(operation.pattern)")
            #expect(schema["additionalProperties"] == false)
        }
    }

    @Test func aQueryParameterThatIsNotDescribedIsRefusedAndOneThatIsIsTaken() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            try await server.applyPlatform()
            for operation in Catalogue.all
            where operation.method == .get && !operation.isOpen && operation.pattern.hasPrefix("/v1/")
                && !operation.answer.isStream && !operation.pattern.contains("{")
            {
                let known = operation.query.filter { !$0.name.contains("{") }
                    .map { "\($0.name)=\(Self.sample($0))" }.joined(separator: "&")
                let taken = try await server.call("GET", "\(operation.pattern)?\(known)", token: admin)
                #expect(taken.status == 200, "\(operation.pattern)?\(known): \(taken.text)")
                if operation.pattern == "/v1/whoami" { continue }
                let other = try await server.call("GET", "\(operation.pattern)?nosuch=1", token: admin)
                #expect(other.status == 422, "\(operation.pattern)")
            }
        }
    }

    private static func sample(_ parameter: QueryParameter) -> String {
        if let choice = parameter.schema["enum"]?[0]?.stringValue { return choice }
        switch parameter.schema["type"]?.stringValue {
        case "integer": return "\(parameter.schema["minimum"]?.integerValue ?? 1)"
        case "boolean": return "false"
        default: return parameter.name == "before" ? "2030-01-31T12:00:00Z" : ""
        }
    }

    @Test func realAnswersAreAsTheDocumentSays() async throws {
        try await TestServer.with { server in
            let answers = try await RealAnswers(server: server).collect()
            let missing = Set(
                Catalogue.all.filter { !$0.answer.isStream && !$0.pattern.hasPrefix("/git") }
                    .map { "\($0.method) \(OpenAPIDocument.path($0.pattern).text)" }
            )
            .subtracting(answers.filter { $0.status < 400 }.map { "\($0.method) \($0.path)" })
            #expect(
                missing == [],
                "no good answer of these: \(answers.filter { missing.contains("\($0.method) \($0.path)") })")
            let document = server.directory + "/openapi.json"
            let served = try await server.call("GET", "/v1/openapi.json")
            #expect(served.status == 200)
            let list = server.directory + "/answers.json"
            try Data(served.body).write(to: URL(filePath: document))
            try Data(JSON.write(.array(answers.map(\.document)))).write(to: URL(filePath: list))
            let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/check_openapi.py"
            let check = try await CommandRun(
                ["python3", script, document, list], directory: "/",
                environment: ProcessInfo.processInfo.environment.filter {
                    ["PATH", "HOME"].contains($0.key)
                }, timeLimit: .minutes(2)
            ).run()
            let told = String(decoding: check.bytes, as: UTF8.self)
            #expect(check.exit.succeeded, "\(told)\(check.complaint)")
            #expect(told.contains("\(answers.count) answers, 0 mistakes"), "\(told)")
        }
    }
}
