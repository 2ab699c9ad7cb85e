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
        commandName: "apply", abstract: "Make a platform.yaml the platform of the server.",
        discussion: """
            --dry-run tells at which version the platform is. With that version in --over nothing is changed that \
            somebody else has applied since.
            """)
    @Argument(help: "The file.") var file = "platform.yaml"
    @Flag(help: "Only show what would change.") var dryRun = false
    @Option(help: "Only if the platform is still at this version; 0 for where there is none yet.") var over:
        Int64?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let client = try client.client()
        var version = over
        // What is shown is of one version, which the notice names.
        if dryRun, version == nil { version = try await client.platformVersion() }
        let answer = try await client.apply(
            try InputFile.read(file), file: file, dryRun: dryRun, over: version)
        try report(answer.diagnostics)
        print(
            answer.changes.isEmpty ? "nothing changes" : TerminalText.safe(answer.changes, keepsLines: true))
        if dryRun, let version, !answer.changes.isEmpty {
            Notice.say(
                "to apply it over what this was compared with alone: gantry apply \(file) --over \(version)")
        }
    }
}

extension APIClient {
    /// 0 while there is no platform.
    func platformVersion() async throws -> Int64 {
        do {
            let object: ObjectView<StoredPlatform> = try await get("/v1/platform")
            return object.version
        } catch let error as GantryError where error.code == .notFound {
            return 0
        }
    }

    /// - Parameter file: what diagnostics call it.
    func apply(
        _ text: String, file: String = "platform.yaml", dryRun: Bool = false, over version: Int64? = nil
    ) async throws -> ApplyAnswer {
        let held = version.map { $0 == 0 ? ("If-None-Match", "*") : ("If-Match", "\"\($0)\"") }
        let bytes = try await send(
            "PUT", "/v1/platform", [("file", file)] + (dryRun ? [("dry-run", "true")] : []),
            body: Array(text.utf8), type: "application/yaml", headers: held.map { [$0] } ?? [])
        return try JSON.decode(ApplyAnswer.self, from: bytes)
    }
}
