import GantryBase
import HTTPTypes
import Model
import Wire

/// The description of the API in the form of OpenAPI 3.1, made of the catalogue.
enum OpenAPIDocument {
    /// Made once: the catalogue does not change while a server runs.
    private static let made = Result { JSON.write(try make(Catalogue.all)) }

    static func bytes() throws -> [UInt8] { try made.get() }

    static func make(_ operations: [Operation]) throws -> JSONValue {
        let book = SchemaBook()
        var paths: [(path: String, item: JSONValue)] = []
        for operation in operations {
            let path = self.path(operation.pattern)
            let description = try describe(operation, book)
            let method = operation.method.rawValue.lowercased()
            if let at = paths.firstIndex(where: { $0.path == path.text }) {
                paths[at].item[method] = description
            } else {
                paths.append((path.text, .object([.init(method, description)])))
            }
        }
        let problem = try problem(book)
        var schemas = book.components
        schemas["Problem"] = problem
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Gantry", "version": "1",
                "description": """
                Every answer carries X-Request-Id. HEAD is answered wherever GET is. Parts of a name stand in the \
                path between single slashes.
                """,
            ],
            "servers": [["url": "/"]],
            "security": [["token": []]],
            "paths": .object(paths.map { .init($0.path, $0.item) }),
            "components": [
                "schemas": .object(schemas.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }),
                "responses": responses,
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
            ],
        ]
    }

    // MARK: one operation

    private static func describe(_ operation: Operation, _ book: SchemaBook) throws -> JSONValue {
        let path = path(operation.pattern)
        var description: JSONValue = [
            "operationId": .string(identifier(operation)), "summary": .string(operation.summary),
            "tags": [.string(tag(path.text))],
        ]
        if let right = operation.right { description["description"] = .string("Takes the right: \(right).") }
        if operation.isOpen { description["security"] = [] }
        switch operation.verb {
        case .words(let words): description["x-gantry-verb"] = .string("gantry \(words)")
        case .none(let reason): description["x-gantry-no-verb"] = .string(reason)
        }
        let parameters =
            path.parameters.map(pathParameter) + operation.query.map(queryParameter) + headers(operation)
        if !parameters.isEmpty { description["parameters"] = .array(parameters) }
        switch operation.body {
        case nil: break
        case .json(let schema, _):
            description["requestBody"] = content(Answer.jsonType, try schema(book), required: true)
        case .bytes(let types):
            let media = types.map { JSONValue.Member($0, ["schema": .object([])]) }
            description["requestBody"] = ["content": .object(media), "required": true]
        case .yaml:
            description["requestBody"] = content(Answer.yamlType, ["type": "string"], required: true)
        }
        description["responses"] = try answers(operation, book)
        return description
    }

    private static func answers(_ operation: Operation, _ book: SchemaBook) throws -> JSONValue {
        let shape = operation.answer
        var good: JSONValue = ["description": .string(shape.isStream ? "as it comes" : "done")]
        if let type = shape.type, let schema = try shape.schema?(book) {
            good["content"] = content(type, schema, required: nil)["content"]
        }
        if shape.objectKind != nil {
            good["headers"] = [
                "ETag": ["description": "the object's version", "schema": ["type": "string"]]
            ]
        }
        var members = [JSONValue.Member("\(shape.status.code)", good)]
        if operation.method == .get, shape.objectKind != nil {
            members.append(.init("304", ["description": "still the version of If-None-Match"]))
        }
        members += statuses(of: operation).sorted().map {
            shape.ownRefusals.contains($0)
                ? .init("\($0)", ["description": "refused, in the protocol's own form"])
                : .init("\($0)", ["$ref": .string("#/components/responses/\(Self.name(ofStatus: $0))")])
        }
        return .object(members)
    }

    /// The statuses of all refusals that a route may answer with.
    static func statuses(of operation: Operation) -> Set<Int> {
        guard operation.answer.ownRefusals.isEmpty else { return Set(operation.answer.ownRefusals) }
        var statuses: Set<Int> = [422, 500, 503]
        if !operation.isOpen { statuses.formUnion([401, 403]) }
        if operation.pattern.contains("{") { statuses.insert(404) }
        if operation.body != nil { statuses.formUnion([413, 415, 504]) }
        if operation.guardedKind != nil { statuses.insert(412) }
        if operation.actsOnce { statuses.formUnion([409, 429]) }
        for code in operation.errors { statuses.insert(Problem.status(of: code).code) }
        return statuses
    }

    private static func headers(_ operation: Operation) -> [JSONValue] {
        var headers: [(name: String, description: String)] = []
        if operation.guardedKind != nil {
            headers.append(("If-Match", "write only over this version, or * for whichever there is"))
            headers.append(("If-None-Match", "* to write only where there is nothing yet"))
        } else if operation.method == .get, operation.answer.objectKind != nil {
            headers.append(("If-None-Match", "answer only when there is another version than this"))
        }
        if operation.actsOnce {
            headers.append(("Idempotency-Key", "names this request, so that it is carried out once"))
        }
        return headers.map {
            [
                "name": .string($0.name), "in": "header", "required": false,
                "description": .string($0.description), "schema": ["type": "string"],
            ]
        }
    }

    private static func pathParameter(_ name: String) -> JSONValue {
        ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
    }

    private static func queryParameter(_ parameter: QueryParameter) -> JSONValue {
        [
            "name": .string(parameter.name), "in": "query", "required": false,
            "description": .string(parameter.summary), "schema": parameter.schema,
        ]
    }

    private static func content(_ type: String, _ schema: JSONValue, required: Bool?) -> JSONValue {
        let media = String(type.prefix { $0 != ";" })
        var body: JSONValue = ["content": .object([.init(media, ["schema": schema])])]
        if let required { body["required"] = .bool(required) }
        return body
    }

    // MARK: names

    /// The parts of names of several parts, which OpenAPI has one parameter each for.
    private static let nameParts = ["business", "service", "environment", "region", "instance"]

    static func path(_ pattern: String) -> (text: String, parameters: [String]) {
        var (words, parameters) = ([String](), [String]())
        for part in Route(.get, pattern, .open { _ in .done }).pattern {
            switch part {
            case .word(let word): words.append(word)
            case .parts(let name, 1): parameters.append(name)
            case .parts(_, let count):
                parameters += count == 3 ? ["business", "service", "number"] : Array(nameParts.prefix(count))
            case .rest(let name): parameters.append(name)
            }
            words += parameters.suffix(parameters.count - words.count { $0.hasPrefix("{") }).map { "{\($0)}" }
        }
        return ("/" + words.joined(separator: "/"), parameters)
    }

    private static func tag(_ path: String) -> String {
        let words = path.split(separator: "/")
        return words.first == "v1" && words.count > 1 ? String(words[1]) : "server"
    }

    static func identifier(_ operation: Operation) -> String {
        let words = operation.pattern.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() }
        return ([operation.method.rawValue.lowercased()] + words.filter { $0 != "v1" }).joined(separator: "-")
    }

    // MARK: refusals

    private static let refusals: [(status: Int, why: String)] = [
        (401, "no valid token came with the request"), (403, "the asker lacks a right"),
        (404, "there is no such thing"), (409, "it exists, or its state does not allow this"),
        (412, "the object is at another version than the request names"),
        (413, "the body is too large"), (415, "the body is of another type"),
        (422, "the request is wrong"), (429, "a limit is reached"), (500, "a fault of Gantry"),
        (501, "not possible here"), (503, "try again later"), (504, "it took too long"),
    ]

    private static func name(ofStatus status: Int) -> String { "Problem\(status)" }

    private static var responses: JSONValue {
        .object(
            refusals.map { refusal in
                var answer = content(Answer.problemType, SchemaBook.reference("Problem"), required: nil)
                answer["description"] = .string(refusal.why)
                return .init(name(ofStatus: refusal.status), answer)
            })
    }

    private static func problem(_ book: SchemaBook) throws -> JSONValue {
        let codes = GantryError.Code.allCases.map { JSONValue.string($0.rawValue) }
        return SchemaBook.closed(
            [
                "type": ["type": "string"], "title": ["type": "string", "enum": .array(codes)],
                "status": ["type": "integer"], "version": ["type": "integer"], "detail": ["type": "string"],
                "hint": ["type": "string"],
                "diagnostics": try book.schema(of: [Diagnostic].self),
            ], required: ["type", "title", "status", "detail"])
    }
}
