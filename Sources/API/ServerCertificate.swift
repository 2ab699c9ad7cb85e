import Foundation
package import GantryBase
import Logging
import NIOSSL
import Synchronization

/// The certificate that the server shows, read anew when its files change.
///
/// A pair that cannot be used while the server runs is logged, and the one before it stays in force: whoever renews a
/// certificate writes two files, one after the other.
package final class ServerCertificate: Sendable {
    package struct Files: Sendable, Hashable {
        package var certificate: String
        package var key: String
        package init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }
    }

    /// Between two looks at the files.
    static let lookPeriod = Duration.seconds(2)
    /// In bytes, of one file: a chain of certificates has a few thousand.
    static let fileLimit = 1 << 20

    private struct State {
        var context: NIOSSLContext
        var mark: [FileMark]
    }
    private let files: Files
    private let state: Mutex<State>

    /// - Throws: `.invalid` when the files make no certificate with its key.
    package init(_ files: Files) throws(GantryError) {
        self.files = files
        state = Mutex(State(context: try Self.read(files), mark: Self.mark(files)))
    }

    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Looks at the files until the task is cancelled.
    func watch(_ logger: Logger) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.lookPeriod)
            refresh(logger)
        }
    }

    private func refresh(_ logger: Logger) {
        let mark = Self.mark(files)
        guard state.withLock({ $0.mark }) != mark else { return }
        do {
            let context = try Self.read(files)
            state.withLock { $0 = State(context: context, mark: mark) }
            logger.notice("new certificate in force", metadata: ["file": "\(files.certificate)"])
        } catch {
            state.withLock { $0.mark = mark }
            logger.error("the certificate stays as it was", metadata: ["error": "\(error)"])
        }
    }

    private static func read(_ files: Files) throws(GantryError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMBytes(try bytes(files.certificate)) } catch {
            throw refusal("\(files.certificate) holds no certificate in PEM", error)
        }
        guard !chain.isEmpty else { throw refusal("\(files.certificate) holds no certificate", nil) }
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(bytes: try bytes(files.key), format: .pem) } catch {
            throw refusal("\(files.key) holds no private key in PEM without a password", error)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw refusal("\(files.certificate) and \(files.key) do not belong together", error)
        }
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        return Array(try file.read(upToCount: fileLimit) ?? Data())
    }

    /// What tells that a file is another one: a link that is moved counts, too.
    private struct FileMark: Hashable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private static func mark(_ files: Files) -> [FileMark] {
        [files.certificate, files.key].map { path in
            var facts = stat()
            guard stat(path, &facts) == 0 else {
                return FileMark(inode: 0, size: 0, seconds: 0, nanoseconds: 0)
            }
            return FileMark(
                inode: UInt64(facts.st_ino), size: Int64(facts.st_size), seconds: facts.st_mtim.tv_sec,
                nanoseconds: facts.st_mtim.tv_nsec)
        }
    }

    private static func refusal(_ message: String, _ cause: (any Error)?) -> GantryError {
        GantryError(
            .invalid, message, hint: "give both as PEM: --tls-certificate with the whole chain, --tls-key",
            cause: cause)
    }
}
