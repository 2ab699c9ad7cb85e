import Model
import Testing

@testable import Specification

@Suite struct FileKindTests {
    @Test func aFileForAnotherCommandHasOneMistakeThatNamesIt() throws {
        let service = ServiceFileTests.head + "ports: 7\nnonsense: true\n"
        let applied = PlatformFile.read(service, file: "a/service.yaml").diagnostics
        #expect(applied.map(\.code) == ["wrong-kind"], "\(applied)")
        #expect(applied.first?.file == "a/service.yaml" && applied.first?.line == 2)
        #expect(applied.first?.hint?.contains("gantry plan") == true)
        let platform = "apiVersion: gantry/v1\nkind: Platform\nname: clinic\n"
        let pushed = ServiceFile.read(platform, service: nil, platform: nil).diagnostics
        #expect(pushed.map(\.code) == ["wrong-kind"], "\(pushed)")
        #expect(pushed.first?.hint?.contains("gantry apply") == true)
    }

    @Test func anUnknownKindIsAMistakeAmongTheOthers() {
        let text = "apiVersion: gantry/v1\nkind: Deployment\nname: clinic\n"
        #expect(PlatformFile.read(text).diagnostics.contains { $0.code != "wrong-kind" })
    }
}
