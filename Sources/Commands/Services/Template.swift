import Foundation
import GantryBase
import Model

/// What a new service starts as; the files lie in `Templates/LANGUAGE` and are built in by `scripts/embed`.
struct Template: Sendable {
    let language: String
    let files: [String: String]

    static let names = EmbeddedTemplates.files.keys.sorted()

    static func find(_ language: String) throws -> Template {
        let name = String(language.prefix { $0 != "@" })
        guard let files = EmbeddedTemplates.files[name] else {
            throw GantryError(
                .invalid, "there is no template for \(language)",
                hint: "choose \(names.joined(separator: " or "))")
        }
        return Template(language: name, files: files)
    }

    func write(_ service: ServiceName, to folder: String) throws {
        let module = service.name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined()
        func filled(_ text: String) -> String {
            text.replacing("{{business}}", with: service.business.text).replacing(
                "{{service}}", with: service.name
            )
            .replacing("{{SERVICE_MODULE}}", with: module)
        }
        for (path, content) in files {
            let file = folder + "/" + filled(path)
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try filled(content).write(toFile: file, atomically: true, encoding: .utf8)
        }
    }
}
