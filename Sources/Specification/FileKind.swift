/// Tells a file that was meant for another command by its `kind`.
///
/// Held to the keys of the other kind, every line of it would be a mistake: only the one that matters is reported.
enum FileKind: String {
    case service = "Service"
    case platform = "Platform"

    /// - Returns: whether the file is of another kind that is known, which is then reported.
    static func isOther(_ root: YAMLNode, than wanted: FileKind, _ report: Report) -> Bool {
        guard let node = root["kind"], let kind = node.text.flatMap(FileKind.init(rawValue:)), kind != wanted
        else { return false }
        report.error(
            node.place, "wrong-kind",
            "this file is of the kind \(kind.rawValue), and what was asked for takes a \(wanted.rawValue)",
            hint: kind.hint)
        return true
    }

    private var hint: String {
        switch self {
        case .service:
            "gantry validate checks a service.yaml, gantry plan shows what it would change, git push delivers it"
        case .platform: "gantry apply makes a platform.yaml the platform; gantry validate checks it"
        }
    }
}
