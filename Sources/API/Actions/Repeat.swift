import GantryBase
import HTTPTypes
import NIOCore
import State

/// Answers a request that was carried out before.
struct Repeat: Sendable {
    let store: any StateStore
    let operation: Operation
    let action: Stored<StoredAction>

    func answer() async throws -> Answer {
        try await kept().with(.idempotencyReplayed, "true")
    }

    private func kept() async throws -> Answer {
        if let kept = action.status.answer { return kept.answer }
        if operation.answer.status == .noContent { return .done }
        if operation.answer.objectKind != nil, let kind = action.spec.kind, let name = action.spec.name,
            let object = try await store.get(kind: kind, name: name)
        {
            return .object(object, operation.answer.status)
        }
        guard operation.answer.isShownOnce else {
            throw GantryError(
                .conflict, "this request has been carried out, and its answer was not kept",
                hint: "look at what it has changed")
        }
        throw GantryError(
            .conflict,
            "this request has made \(action.spec.kind ?? "it") \(action.spec.name ?? ""), whose text was in the "
                + "first answer and is kept nowhere",
            hint: "revoke that one, and make another")
    }
}

extension KeptAnswer {
    init?(_ answer: Answer) {
        var text: String?
        switch answer.body {
        case .none: break
        case .bytes(let buffer):
            guard buffer.readableBytes <= Self.largestBody,
                let read = String(validating: buffer.readableBytesView, as: UTF8.self)
            else { return nil }
            text = read
        case .live, .duplex: return nil
        }
        (status, body) = (answer.status.code, text)
        (type, location, tag) = (
            answer.headers[.contentType], answer.headers[.location], answer.headers[.eTag]
        )
    }

    var answer: Answer {
        var answer = Answer(
            HTTPResponse.Status(code: status), type: type,
            body.map { .bytes(ByteBuffer(string: $0)) } ?? .none)
        answer.headers[.location] = location
        answer.headers[.eTag] = tag
        return answer
    }
}
