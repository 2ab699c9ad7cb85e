import Foundation
import Model
import Testing

@testable import Specification

/// The examples and templates that the repository ships are read without an error or a warning.
@Suite struct ExampleFilesTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func folders(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(path).path).sorted()
    }

    @Test func theClinicIsRight() throws {
        let reading = PlatformFile.read(try Self.text("Examples/clinic/platform.yaml"))
        #expect(reading.diagnostics.isEmpty, "\(reading.diagnostics)")
        let platform = try #require(reading.value)
        var count = 0
        for business in try Self.folders("Examples/clinic/services") {
            for name in try Self.folders("Examples/clinic/services/\(business)") {
                let service = ServiceName(BusinessName(business), name)
                let text = try Self.text("Examples/clinic/services/\(service)/service.yaml")
                let found = ServiceFile.read(text, service: service, platform: platform)
                #expect(found.diagnostics.isEmpty, "\(service): \(found.diagnostics)")
                try NamingNorm.require(service, in: platform)
                count += 1
            }
        }
        #expect(count >= 4)
    }

    @Test func theTemplatesAreRight() throws {
        for language in try Self.folders("Templates") {
            let text = try Self.text("Templates/\(language)/service.yaml")
                .replacingOccurrences(of: "{{service}}", with: "article")
                .replacingOccurrences(of: "{{business}}", with: "yidian")
            let found = ServiceFile.read(
                text, service: ServiceName("yidian", "article"), platform: Corpus.platform)
            #expect(found.diagnostics.isEmpty, "\(language): \(found.diagnostics)")
            #expect(found.value != nil)
        }
    }
}
