import Collecting
import GantryBase
import Model
import Testing
import Wire

@Suite struct ObservedCallTests {
    static let service = ServiceName("yidian", "article")

    static func span(
        _ kind: SpanRecord.Kind, _ attributes: Attributes, name: String = "x", error: Bool = false,
        milliseconds: Int64 = 250, at: Int64 = 1_767_225_600
    ) -> SpanRecord {
        let start = Timestamp(seconds: at)
        var span = SpanRecord(
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), name: name, kind: kind, start: start,
            end: start + .milliseconds(milliseconds), attributes: attributes)
        if error { span.status = .init(.error) }
        return span
    }

    @Test func `work inside a service is no call`() {
        #expect(ObservedCall(Self.span(.internal, [:]), of: Self.service) == nil)
        #expect(ObservedCall(Self.span(.unspecified, [:]), of: Self.service) == nil)
    }

    @Test func `a server's call names its caller, route, code, time and duration`() throws {
        let span = Self.span(
            .server,
            [
                "http.request.method": "GET", "http.route": "/articles/{id}", "url.path": "/articles/9",
                "http.response.status_code": 200, "gantry.caller": "yidian/portal",
            ], milliseconds: 1250)
        let call = try #require(ObservedCall(span, of: Self.service))
        #expect(
            call.key
                == CallKey(
                    side: .server, caller: "yidian/portal", callee: "yidian/article",
                    interface: "GET /articles/{id}", code: "200", outcome: .success))
        #expect(call.duration == 1.25)
        #expect(call.second == 1_767_225_601)
        #expect(call.weight == 1)
        #expect(call.traceID == span.traceID)
    }

    @Test(
        arguments: [
            (["service.peer.name": "yisheng/doctor", "peer.service": "old"], "yisheng/doctor"),
            (["peer.service": "yisheng/doctor"], "yisheng/doctor"),
            (["server.address": "127.0.0.1", "server.port": 7001], "yiyao/medicine"),
            (["net.peer.name": "127.0.0.1", "net.peer.port": 7001], "yiyao/medicine"),
            (["server.address": "api.example.com", "server.port": 443], "api.example.com:443"),
            (["server.address": "api.example.com"], "api.example.com"),
            (["db.system.name": "postgresql"], "postgresql"), (["messaging.system": "kafka"], "kafka"),
            ([:], "unknown"), (["service.peer.name": ""], "unknown"),
        ] as [(Attributes, String)])
    func `a client's call names its callee`(_ attributes: Attributes, _ callee: String) throws {
        let peers = ["127.0.0.1:7001": ServiceName("yiyao", "medicine")]
        let call = try #require(ObservedCall(Self.span(.client, attributes), of: Self.service, peers: peers))
        #expect(call.key.callee == callee)
        #expect(call.key.caller == "yidian/article")
    }

    @Test(
        arguments: [
            (["http.request.method": "GET", "url.path": "/doctors/17"], "GET /doctors/{id}"),
            (["http.method": "POST", "http.target": "/orders?x=1"], "POST /orders"),
            (["http.request.method": "GET", "url.full": "http://h:1/a/22?b"], "GET /a/{id}"),
            (["http.request.method": "GET", "url.full": "http://h:1"], "GET /"),
            (["rpc.service": "pay.Pay", "rpc.method": "Charge"], "pay.Pay/Charge"),
            (["rpc.method": "pay.Pay/Charge"], "pay.Pay/Charge"),
            (["messaging.destination.name": "orders", "messaging.operation.type": "send"], "send orders"),
            (["db.operation.name": "SELECT", "db.collection.name": "doctors"], "SELECT doctors"),
            ([:], "GET /x/{id}"),
        ] as [(Attributes, String)])
    func `an interface has no ids in it`(_ attributes: Attributes, _ interface: String) throws {
        let span = Self.span(.client, attributes, name: "GET /x/99")
        #expect(ObservedCall(span, of: Self.service)?.key.interface == interface)
    }

    @Test(
        arguments: [
            (["http.response.status_code": 404], true, "404", .success),
            (["http.response.status_code": 500], false, "500", .exception),
            (["http.status_code": 504], true, "504", .timeout),
            (["http.response.status_code": 408], true, "408", .timeout),
            (["rpc.grpc.status_code": 0], false, "0", .success),
            (["rpc.grpc.status_code": 4], true, "4", .timeout),
            (["rpc.grpc.status_code": 5], true, "5", .success),
            (["rpc.grpc.status_code": 13], true, "13", .exception),
            (["error.type": "timeout"], true, "timeout", .timeout),
            (
                ["error.type": "java.net.SocketTimeoutException"], true, "java.net.SocketTimeoutException",
                .timeout
            ),
            (["error.type": "ConnectionRefusedError"], true, "ConnectionRefusedError", .exception),
            ([:], true, "", .exception), ([:], false, "", .success),
        ] as [(Attributes, Bool, String, CallClass)])
    func `both sides are judged by one rule`(
        _ attributes: Attributes, _ isError: Bool, _ code: String, _ outcome: CallClass
    ) throws {
        for kind in [SpanRecord.Kind.server, .client] {
            let call = try #require(
                ObservedCall(Self.span(kind, attributes, error: isError), of: Self.service))
            #expect(call.key.code == code)
            #expect(call.key.outcome == outcome)
        }
    }

    @Test func `a sampled trace stands for as many as its tracestate says`() {
        var span = Self.span(.server, [:])
        span.traceState = "ot=th:8"
        #expect(ObservedCall(span, of: Self.service)?.weight == 2)
        span.traceState = "not a tracestate,,,=="
        #expect(ObservedCall(span, of: Self.service)?.weight == 1)
    }
}
