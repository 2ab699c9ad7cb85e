package import GantryBase
package import Model

/// The rules for names that people choose; held at repository creation, at push and in both files.
///
/// All of them are lower-case DNS labels without double dashes, short enough for every name derived from them.
package enum NamingNorm {
    package enum Kind: String, Sendable, CaseIterable {
        case platform, business, service, environment, region, cluster, pipeline, stage, discovery, port

        /// The longest name. Service and region share 63 characters with `KubernetesNames.suffixRoom`; business
        /// and environment share a namespace; a business is also a user of the machine (32 with a prefix).
        package var lengthLimit: Int {
            switch self {
            case .business, .environment: 20
            case .service: 26
            case .region: 12
            // Kubernetes: the name of a container's port.
            case .port: 15
            case .platform, .cluster, .pipeline, .stage, .discovery: 32
            }
        }

        /// Words that addresses, namespaces or Gantry's own things use.
        var reserved: Set<String> {
            switch self {
            case .business:
                [
                    "admin", "api", "assets", "console", "default", "docs", "gantry", "git", "health",
                    "healthz", "kube", "livez", "login", "metrics", "readyz", "static", "system",
                ]
            case .environment: ["base", "default", "gantry", "system"]
            case .region: ["all", "canary", "gantry", "global", "system"]
            case .service: ["canary", "gantry"]
            default: []
            }
        }

        /// With its article, for messages.
        var phrase: String {
            switch self {
            case .environment: "an environment"
            case .discovery: "a discovery system"
            default: "a \(rawValue)"
            }
        }

        var hasReservedForms: Bool { !reserved.isEmpty }
    }

    package struct Violation: Sendable, Hashable {
        package var message: String
        package var hint: String
    }

    /// The pattern for schemas; it says the same as `check` without the reserved words.
    static let pattern = "^[a-z](-?[a-z0-9])*$"

    /// - Parameter pattern: what the business asks of its services beside the norm, see `NamePattern`.
    package static func check(_ name: String, _ kind: Kind, pattern: String? = nil) -> Violation? {
        let shown = YAMLNode.short(name)
        if name.isEmpty {
            return Violation(message: "the name of \(kind.phrase) is empty", hint: form(kind))
        }
        if !isLabel(name) {
            let better = suggestion(name, kind)
            return Violation(
                message: "\"\(shown)\" is no name for \(kind.phrase)",
                hint: better.map { "write \($0); \(form(kind))" } ?? form(kind))
        }
        if name.utf8.count > kind.lengthLimit {
            return Violation(
                message: "\"\(shown)\" has \(name.utf8.count) characters; the name of \(kind.phrase) has "
                    + "at most \(kind.lengthLimit)",
                hint: "shorten it, so that the Kubernetes names made of it fit "
                    + "\(KubernetesNames.labelLimit) characters")
        }
        if kind.hasReservedForms {
            let taken = name.hasPrefix("kube-") || name.hasPrefix("gantry-") || name.hasSuffix("-canary")
            if taken || kind.reserved.contains(name) {
                return Violation(
                    message: "the name \"\(shown)\" is reserved",
                    hint: "choose another name, not kube-…, "
                        + "gantry-…, …-canary or one of \(kind.reserved.sorted().joined(separator: ", "))")
            }
        }
        if let pattern, !NamePattern(pattern).matches(name) {
            return Violation(
                message: "\"\(shown)\" does not fit the pattern \(pattern) of its business",
                hint: "choose a name that fits; * stands for any characters and | parts alternatives")
        }
        return nil
    }

    /// Checks a service's name by the norm and by the pattern of its business.
    ///
    /// Throws `invalid` for a name against the norm and `notFound` for a business that the platform has not.
    package static func require(_ service: ServiceName, in platform: PlatformSpec) throws(GantryError) {
        guard let business = platform.business(service.business) else {
            throw GantryError(
                .notFound, "there is no business \"\(YAMLNode.short(service.business.text))\"",
                hint: Nearest.hint(service.business.text, among: platform.businesses.map(\.name.text)))
        }
        if let violation = check(service.name, .service, pattern: business.serviceNames) {
            throw GantryError(.invalid, violation.message, hint: violation.hint)
        }
    }

    private static func form(_ kind: Kind) -> String {
        "use a-z, 0-9 and single dashes inside, first a letter, at most \(kind.lengthLimit) characters"
    }

    static func isLabel(_ name: String) -> Bool {
        var before = UInt8(ascii: "-")
        for (index, byte) in name.utf8.enumerated() {
            let letter = byte >= 97 && byte <= 122
            let digit = byte >= 48 && byte <= 57
            guard letter || (index > 0 && (digit || (byte == 45 && before != 45))) else { return false }
            before = byte
        }
        return before != 45
    }

    private static func suggestion(_ name: String, _ kind: Kind) -> String? {
        var better = ""
        for character in name.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                better.append(character)
            } else if !better.isEmpty, better.last != "-" {
                better.append("-")
            }
        }
        if better.hasSuffix("-") { better.removeLast() }
        return isLabel(better) && better.utf8.count <= kind.lengthLimit ? better : nil
    }
}
