import Foundation
import Testing

@testable import Specification

@Suite struct SchemaTests {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/schema")

    @Test func thePublishedSchemaOfServiceYamlIsThatOfTheDecoder() throws {
        try Golden.compare(SchemaText.service, Self.folder.appendingPathComponent("service.schema.json"))
    }

    @Test func thePublishedSchemaOfPlatformYamlIsThatOfTheDecoder() throws {
        try Golden.compare(SchemaText.platform, Self.folder.appendingPathComponent("platform.schema.json"))
    }
}
