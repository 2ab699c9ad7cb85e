import Foundation
import Model
import Testing

@testable import Specification

/// The files that both the decoder and the schemas are held to; see `check_schema.py` for the other half.
enum Corpus {
    struct File: CustomTestStringConvertible, Sendable {
        var name: String
        var text: String
        var isPlatform: Bool { name.hasPrefix("platform-") }
        var testDescription: String { name }

        /// The first line: `# expect: CODE LINE:COLUMN, …`, empty for no diagnostics.
        var expected: String {
            let line = text.prefix { $0 != "\n" }
            return String(line.dropFirst("# expect:".count)).trimmingCharacters(in: .whitespaces)
        }

        var diagnostics: [Diagnostic] {
            isPlatform ? PlatformFile.read(text, file: name).diagnostics : service.diagnostics
        }

        var service: Reading<ServiceDefinition> {
            ServiceFile.read(
                text, file: name, service: Corpus.service(in: text), platform: Corpus.platform,
                knownServices: [ServiceName("yisheng", "doctor"), ServiceName("yidian", "author")])
        }
    }

    /// Golden texts are written anew instead of compared when this variable is set.
    static let renews = ProcessInfo.processInfo.environment["GANTRY_RENEW_GOLDEN"] != nil
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Corpus")
    static let valid = files("valid")
    static let invalid = files("invalid")
    static let platform: PlatformSpec? = {
        let text = try? String(contentsOf: folder.appendingPathComponent("platform.yaml"), encoding: .utf8)
        return text.flatMap { PlatformFile.read($0).value }
    }()

    static func url(_ file: File, in kind: String) -> URL {
        folder.appendingPathComponent(kind).appendingPathComponent(file.name)
    }

    /// The repository is `yidian/article`, but where the file is about a name against the norm.
    private static func service(in text: String) -> ServiceName {
        let line = text.split(separator: "\n").first { $0.hasPrefix("name: ") }
        let name = line.map { String($0.dropFirst("name: ".count)) } ?? "article"
        return ServiceName("yidian", name == "articles" ? "article" : name)
    }

    private static func files(_ kind: String) -> [File] {
        let folder = folder.appendingPathComponent(kind)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name in
            (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)).map {
                File(name: name, text: $0)
            }
        }
    }
}
