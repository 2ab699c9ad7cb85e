import GantryBase
import HTTPTypes
import Model
import Wire

/// A refusal that carries the mistakes of a file.
struct RefusedFile: Error {
    var error: GantryError
    var diagnostics: [Diagnostic]
}

/// A body of a type that the route does not read.
struct RefusedType: Error {
    var error: GantryError
}

/// A body that is larger than its limit; the rest of it is not read.
struct RefusedBody: Error {
    var limit: Int
}

/// An error as the API tells it (RFC 9457). The only place where a code becomes a status.
struct Problem: Sendable {
    var status: HTTPResponse.Status
    var error: GantryError
    var diagnostics: [Diagnostic] = []
    /// At which the object is that a write names another one of.
    var version: Int64?
    /// For the log alone.
    var cause: String?

    init(_ failure: any Error) {
        switch failure {
        case let known as GantryError:
            (error, status, cause) = (known, Self.status(of: known.code), known.cause)
        case let refusal as RefusedFile:
            (error, status) = (refusal.error, Self.status(of: refusal.error.code))
            diagnostics = refusal.diagnostics
        case let stale as StaleVersion:
            (error, status, version) = (stale.error, .preconditionFailed, stale.version)
        case let refusal as RefusedType:
            (error, status) = (refusal.error, .unsupportedMediaType)
        case let refusal as RefusedBody:
            error = GantryError(
                .limit, "the body has more than \(refusal.limit) bytes", hint: "send less in one request")
            status = .contentTooLarge
        case let refusal as RefusedSignals:
            (error, status) = (refusal.error, refusal.status)
        case is CancellationError:
            error = GantryError(.unavailable, "the server is being stopped", hint: "try again in a moment")
            status = .serviceUnavailable
        default:
            error = GantryError(
                .internal, "a fault inside Gantry", hint: "look for the request's id in the server's log")
            (status, cause) = (.internalServerError, "\(failure)")
        }
    }

    static func status(of code: GantryError.Code) -> HTTPResponse.Status {
        switch code {
        case .invalid: .unprocessableContent
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .exists, .conflict: .conflict
        case .limit: .tooManyRequests
        case .timeout: .gatewayTimeout
        case .unavailable: .serviceUnavailable
        case .unsupported: .notImplemented
        case .internal: .internalServerError
        }
    }

    var document: JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", "about:blank"), .init("title", .string(error.code.rawValue)),
            .init("status", .integer(Int64(status.code))), .init("detail", .string(error.message)),
        ]
        if let hint = error.hint { members.append(.init("hint", .string(hint))) }
        if let version { members.append(.init("version", .integer(version))) }
        if !diagnostics.isEmpty {
            members.append(.init("diagnostics", .array(diagnostics.map { $0.document })))
        }
        return .object(members)
    }
}

extension Diagnostic {
    var document: JSONValue {
        var members: [JSONValue.Member] = [
            .init("severity", .string(severity.rawValue)), .init("file", .string(file)),
            .init("line", .integer(Int64(line))), .init("column", .integer(Int64(column))),
            .init("code", .string(code)), .init("message", .string(message)),
        ]
        if let hint { members.append(.init("hint", .string(hint))) }
        return .object(members)
    }
}
