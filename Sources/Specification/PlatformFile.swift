package import Model

/// Reads `platform.yaml`: the frame that all services of an installation live in.
package enum PlatformFile {
    /// Reads the file with every mistake in it.
    package static func read(_ text: String, file: String = "platform.yaml") -> Reading<PlatformSpec> {
        let report = Report(file: file)
        guard let root = YAMLDocument.read(text, report) else { return report.finish(nil) }
        guard !FileKind.isOther(root, than: .platform, report) else { return report.finish(nil) }
        ShapeCheck.run(root, PlatformShape.shape, report)
        return report.finish(PlatformReader(report: report).read(root))
    }
}
