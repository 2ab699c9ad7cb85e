import ArgumentParser
import Foundation
import GantryBase
import Model
import Specification
import Wire

/// Reads one of the files that people write, with a limit.
enum InputFile {
    static let limit = 1 << 20

    static func read(_ path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw GantryError(
                .notFound, "cannot read \(path)", hint: "give the path of a file that you may read")
        }
        guard bytes.count <= limit else { throw GantryError(.limit, "\(path) has more than \(limit) bytes") }
        guard let text = String(data: bytes, encoding: .utf8) else {
            throw GantryError(.invalid, "\(path) is not UTF-8 text")
        }
        return text
    }
}

/// Prints mistakes as compilers do; an error among them is exit status 1.
func report(_ diagnostics: [Diagnostic]) throws {
    for diagnostic in diagnostics { print(TerminalText.safe(diagnostic.description, keepsLines: true)) }
    if diagnostics.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
}

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Find all mistakes in a service.yaml or platform.yaml.",
        discussion: """
            Works without a server: what a file says by itself is checked, and with --platform what it says of a \
            platform. Exit status 1 when there are errors.
            """)
    @Argument(help: "The files.") var files = ["service.yaml"]
    @Option(help: "A platform.yaml that the services belong to.") var platform: String?
    @Option(help: "The business of the services; needed with --platform.") var business: String?

    func validate() throws {
        guard platform == nil || business != nil else { throw ValidationError("--platform needs --business") }
    }

    func run() async throws {
        var diagnostics: [Diagnostic] = []
        var frame: PlatformSpec?
        if let platform {
            let reading = PlatformFile.read(try InputFile.read(platform), file: platform)
            diagnostics += reading.diagnostics
            frame = reading.value
        }
        for file in files {
            let text = try InputFile.read(file)
            if text.contains(/(?m)^kind:\s*Platform\b/) {
                diagnostics += PlatformFile.read(text, file: file).diagnostics
            } else {
                diagnostics +=
                    ServiceFile.read(
                        text, file: file, service: try service(in: text), platform: frame
                    ).diagnostics
            }
        }
        try report(diagnostics)
        let warnings = diagnostics.isEmpty ? "" : ", \(diagnostics.count) warnings"
        print("\(files.count == 1 ? files[0] : "\(files.count) files"): no errors\(warnings)")
    }

    private func service(in text: String) throws -> ServiceName? {
        guard platform != nil, let business else { return nil }
        let name = text.firstMatch(of: /(?m)^name:\s*([A-Za-z0-9-]+)/).map { String($0.1) }
        return ServiceName(BusinessName(business), name ?? "")
    }
}

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a service.yaml would change, as a diff.",
        discussion: "Changes by hand that are in force are shown as well. Nothing is changed.")
    @Argument(help: "The service, such as yidian/article.") var service: ServiceName
    @Option(name: .shortAndLong, help: "Its file.") var file = "service.yaml"
    @OptionGroup var client: ClientOptions

    private struct Body: Encodable {
        var service: ServiceName
        var yaml: String
        var file: String
    }

    func run() async throws {
        let answer: PlanAnswer = try await client.client().post(
            "/v1/plan", Body(service: service, yaml: try InputFile.read(file), file: file))
        try report(answer.diagnostics)
        print(TerminalText.safe(answer.text, keepsLines: true), terminator: "")
    }
}

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Make a platform.yaml the platform of the server.")
    @Argument(help: "The file.") var file = "platform.yaml"
    @Flag(help: "Only show what would change.") var dryRun = false
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let answer = try await client.client().apply(try InputFile.read(file), file: file, dryRun: dryRun)
        try report(answer.diagnostics)
        print(
            answer.changes.isEmpty ? "nothing changes" : TerminalText.safe(answer.changes, keepsLines: true))
    }
}

extension APIClient {
    /// - Parameter file: what diagnostics call it.
    func apply(
        _ text: String, file: String = "platform.yaml", dryRun: Bool = false
    ) async throws -> ApplyAnswer {
        let bytes = try await send(
            "PUT", "/v1/platform", [("file", file)] + (dryRun ? [("dry-run", "true")] : []),
            body: Array(text.utf8), type: "application/yaml")
        return try JSON.decode(ApplyAnswer.self, from: bytes)
    }
}
