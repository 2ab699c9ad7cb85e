import Foundation
import GantryBase
import Testing
import Wire

@testable import Collecting

/// A service needs nothing of Gantry's: OpenTelemetry's own SDK for Python sends to the agent as it is.
@Suite struct PythonSDKTests {
    @Test(arguments: ["none", "gzip"]) func itsSpansLogRecordsAndMetricsArrive(compression: String) throws {
        let fixture = try CollectorFixture()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "sdk_export.py")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path, "700"]
        // What Gantry gives to a service, and no proxy of this machine.
        process.environment = ProcessInfo.processInfo.environment.merging([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(try fixture.port)",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_SERVICE_NAME": "shop",
            "OTEL_RESOURCE_ATTRIBUTES": "service.namespace=yidian", "OTEL_TRACES_SAMPLER": "always_on",
            "OTEL_EXPORTER_OTLP_COMPRESSION": compression, "NO_PROXY": "*", "PYTHONDONTWRITEBYTECODE": "1",
        ]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)\nrun scripts/setup, which installs the SDK")
        #expect(said.hasSuffix("700\n"))
        eventually {
            fixture.gateway.spans.count == 700 && fixture.gateway.logs.count == 700
                && !fixture.gateway.metrics.isEmpty && fixture.statistics.callsLane.waiting == 0
        } state: {
            fixture.statistics
        }
        #expect(fixture.gateway.calls == ["GET /items/{id}": 700])
        #expect(fixture.gateway.lines.contains("item 3 of [phone]"))
        #expect(fixture.gateway.spans.allSatisfy { $0.events.first?.attributes["phone"] == "[phone]" })
        #expect(Set(fixture.gateway.logs.compactMap(\.traceID)) == Set(fixture.gateway.spans.map(\.traceID)))
        #expect(fixture.gateway.logs.allSatisfy { $0.severity == .warn })
        #expect(fixture.statistics.answers.keys.sorted() == [200])
    }
}
