import GantryBase
import Model

/// The forms that texts in the two files have.
extension TextForm {
    static let any = TextForm("a text", pattern: nil, code: "wrong-type") { _ in nil }
    static let word = TextForm(
        "a text that is not empty", pattern: "\\S", code: "empty-text", hint: "write something, or remove it"
    ) { text in text.unicodeScalars.contains { !$0.properties.isWhitespace } }

    static func name(_ kind: NamingNorm.Kind) -> TextForm {
        TextForm(
            "the name of \(kind.phrase)", pattern: NamingNorm.pattern, code: "name-norm",
            maximumLength: kind.lengthLimit
        ) { text in
            NamingNorm.check(text, kind).map { Problem(message: $0.message, hint: $0.hint) }
        }
    }

    /// A name that is looked up elsewhere, where an unknown one is reported with what is known.
    static let reference = TextForm("a name", pattern: nil, code: "wrong-type") { _ in nil }

    static let service = TextForm(
        "a service such as yidian/article", pattern: "^[a-z](-?[a-z0-9])*/[a-z](-?[a-z0-9])*$",
        code: "service-form", hint: "write BUSINESS/SERVICE"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 && parts.allSatisfy(NamingNorm.isLabel)
    }

    static let language = TextForm(
        "a language with its version such as python@3.11", pattern: "^[a-z]+@[0-9A-Za-z][0-9A-Za-z.-]*$",
        code: "language-form", hint: "write NAME@VERSION, for example python@3.11"
    ) { text in
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy({ $0 >= 97 && $0 <= 122 }),
            let first = parts[1].first
        else { return false }
        return isAlphanumeric(first) && parts[1].allSatisfy { isAlphanumeric($0) || $0 == 46 || $0 == 45 }
    }

    static let variable = TextForm(
        "the name of a variable", pattern: "^(?!GANTRY_)(?!(PORT|HOST)$)[A-Za-z_][A-Za-z0-9_]*$",
        code: "variable-name"
    ) { text in
        let valid = text.utf8.first.map { !isDigit($0) } ?? false
        guard valid, text.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 95 }) else {
            return Problem(
                message: "\"\(YAMLNode.short(text))\" is no name for a variable",
                hint: "use letters, digits and _, first no digit")
        }
        guard !text.hasPrefix("GANTRY_"), text != "PORT", text != "HOST" else {
            return Problem(
                message: "the variable \(text) is set by Gantry",
                hint: "choose another name; GANTRY_…, PORT and HOST are reserved")
        }
        return nil
    }

    static let repositoryPath = TextForm(
        "a path in the repository", pattern: "^(?!/)(?!(.*/)?\\.\\.(/|$))[\\s\\S]+$", code: "path",
        hint: "write it relative to the root of the repository, without .."
    ) { text in
        !text.isEmpty && !text.hasPrefix("/") && !text.split(separator: "/").contains("..")
    }

    static let logFiles = TextForm(
        "a path of log files", pattern: "^(\\$HOME)?/(?!([\\s\\S]*/)?\\.\\.(/|$))([^*?]*/)?[^/]+$",
        code: "log-path"
    ) { text in
        func problem(_ what: String, _ hint: String) -> Problem {
            Problem(message: "\"\(YAMLNode.short(text))\" \(what)", hint: hint)
        }
        let path = text.hasPrefix(LogsSpec.home + "/") ? text.dropFirst(LogsSpec.home.count) : Substring(text)
        guard path.hasPrefix("/") else {
            return problem("is no absolute path", "write it as /data/log/*.log, or as $HOME/log/*.log")
        }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains("..") else {
            return problem("leads out of a folder by ..", "write the path that it means")
        }
        guard let last = parts.last, !last.isEmpty else {
            return problem("names a folder", "name its files, for example by *.log")
        }
        guard !parts.dropLast().contains(where: { $0.contains("*") || $0.contains("?") }) else {
            return problem(
                "has a pattern in the name of a folder",
                "use * and ? in the last part of the path only, and list each folder")
        }
        return nil
    }

    static let urlPath = TextForm(
        "a path that starts with /", pattern: "^/[!-~]*$", code: "url-path",
        hint: "start it with /, for example /healthz"
    ) { text in text.hasPrefix("/") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }

    static let host = TextForm(
        "a host name", pattern: "^[a-z0-9](-*[a-z0-9])*(\\.[a-z0-9](-*[a-z0-9])*)*$", code: "host",
        hint: "write a host name in lower case, for example articles.example.com", accepts: isHost)

    static let destination = TextForm(
        "a destination HOST:PORT",
        pattern: "^[a-z0-9](-*[a-z0-9])*(\\.[a-z0-9](-*[a-z0-9])*)*:[1-9][0-9]{0,4}$", code: "destination",
        hint: "write it as mysql.internal:3306"
    ) { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, isHost(String(parts[0])), parts[1].first != "0", isNumber(parts[1].utf8),
            let port = Int(parts[1])
        else { return false }
        return (1...65_535).contains(port)
    }

    static let percent = TextForm(
        "a percentage from 1% to 100%", pattern: "^(100|[1-9][0-9]?)%$", code: "percent",
        hint: "write it with a percent sign: 60%"
    ) { text in
        guard text.hasSuffix("%"), text.first != "0", isNumber(text.dropLast().utf8) else { return false }
        return Int(text.dropLast()).map { (1...100).contains($0) } ?? false
    }

    static let namePattern = TextForm(
        "a pattern for names", pattern: "^[a-z0-9*?-]+(\\|[a-z0-9*?-]+)*$", code: "name-pattern",
        hint: "write \(NamePattern.form)", accepts: NamePattern.isValid)

    static let branch = TextForm(
        "the name of a branch, with * at its end at most", pattern: "^[A-Za-z0-9][A-Za-z0-9._/-]*\\*?$",
        code: "branch", hint: "write main or release/*"
    ) { text in
        let name = text.hasSuffix("*") ? text.dropLast() : Substring(text)
        guard let first = name.utf8.first, isAlphanumeric(first) else { return false }
        return name.utf8.allSatisfy { isAlphanumeric($0) || "._/-".utf8.contains($0) }
    }

    static let user = TextForm(
        "the name of a user, or *", pattern: "^(\\*|[A-Za-z0-9][A-Za-z0-9._@-]*)$", code: "user",
        hint: "use letters, digits and . _ @ -; * is every signed-in user"
    ) { text in
        guard let first = text.utf8.first else { return false }
        return text == "*"
            || (isAlphanumeric(first)
                && text.utf8.allSatisfy { isAlphanumeric($0) || "._@-".utf8.contains($0) })
    }

    /// Encrypted, or on this very machine.
    static let issuer = TextForm(
        "the address of a provider",
        pattern: "^(https://[^\\s?#@]+|http://(127\\.0\\.0\\.1|localhost)(:[0-9]+)?(/[^\\s?#@]*)?)$",
        code: "issuer", hint: "write it as the provider does, for example https://id.example.com"
    ) { text in
        let plain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#@".utf8.contains($0) }
        if text.hasPrefix("https://") { return plain && text.utf8.count > 8 }
        let rest = text.dropFirst("http://".count)
        let host = rest.prefix { $0 != ":" && $0 != "/" }
        return plain && text.hasPrefix("http://") && ["127.0.0.1", "localhost"].contains(host)
    }

    static let serverAddress = TextForm(
        "the address of this server", pattern: "^https?://[a-z0-9.-]+(:[0-9]+)?$", code: "server-address",
        hint: "write it without a path, for example https://gantry.example.com"
    ) { text in
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
        let parts = text.dropFirst(scheme.count).split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, isHost(String(host)), parts.count <= 2 else { return false }
        return parts.count == 1 || Int(parts[1]).map { (1...65_535).contains($0) } ?? false
    }

    static let businessOrAll = TextForm(
        "the name of a business, or *", pattern: "^(\\*|[a-z](-?[a-z0-9])*)$", code: "business-or-all",
        hint: "write the name of a business; * is every one"
    ) { text in text == "*" || NamingNorm.isLabel(text) }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= 97 && byte | 0x20 <= 122)
    }
    static func isNumber(_ bytes: some Sequence<UInt8>) -> Bool {
        var count = 0
        for byte in bytes {
            guard isDigit(byte) else { return false }
            count += 1
        }
        return count > 0
    }

    static func isHost(_ text: String) -> Bool {
        /// DNS: the longest name.
        let limit = 253
        return text.utf8.count <= limit
            && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
                label in
                guard let first = label.first, let last = label.last, first != 45, last != 45 else {
                    return false
                }
                return label.allSatisfy { ($0 >= 97 && $0 <= 122) || isDigit($0) || $0 == 45 }
            }
    }
}
