import Foundation
import GantryBase

/// The programs of one installation of Gantry: this one, and the agent that lies beside it.
struct Programs: Sendable {
    var gantry: String
    var agent: String

    static func find() throws -> Programs {
        guard let gantry = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw GantryError(
                .unsupported, "/proc is not mounted", hint: "mount it: gantry finds its agent through it")
        }
        let agent = (gantry as NSString).deletingLastPathComponent + "/gantry-agent"
        guard FileManager.default.isExecutableFile(atPath: agent) else {
            throw GantryError(
                .notFound, "there is no gantry-agent beside \(gantry)",
                hint: "build it (`make build`), or install both programs into one folder")
        }
        return Programs(gantry: gantry, agent: agent)
    }
}
