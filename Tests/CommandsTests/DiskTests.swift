import Foundation
import GantryBase
import Glibc
import Model
import Testing

@testable import Commands

extension CommandsTests {
    /// Needs root and mounts, and fails where they cannot be had.
    @Suite struct DiskTests {
        @Test func aDataDirectoryThatCannotBeWrittenIsRefusedWithTheReason() async throws {
            try await RunningServer.withFolder { server in
                try await withMount("ro,size=1m", at: server.data) {
                    let outcome = try await Shell.gantry(["up", "--data", server.data, "--port", "0"])
                    #expect(outcome.status == 69, "\(outcome)")
                    #expect(outcome.complaint.contains("Read-only file system"), "\(outcome)")
                    #expect(outcome.complaint.contains("--data"), "\(outcome)")
                }
                let closed = try await Shell.gantry(["up", "--data", "/proc/gantry", "--port", "0"])
                #expect(closed.status == 69 && closed.complaint.contains("/proc/gantry"), "\(closed)")
            }
        }

        @Test func withAFullDiskInstancesGoOnServingAndAllRecoversWithTheSpace() async throws {
            try await RunningServer.withFolder { server in
                try await withMount("size=64m,mode=0711", at: server.data) {
                    try await server.start()
                    let people = try await DemoPeople.sign(in: server.admin(), platform: Sample.platform)
                    let git = try await people.deploy(Sample.hello, on: server)
                    let before = try await people.ready(2)
                    let load = Load.start(try await people.door())
                    try await fill(server.data)

                    try await git.commit(Sample.hello, .init(extra: "owner: [full]"))
                    let refused = await git.refusal()
                    #expect(refused != "it landed")
                    let scaled = try await Shell.gantry(
                        ["scale", "yidian/hello/development/guangzhou", "3"], server: await server.address,
                        token: await server.token)
                    #expect([69, 75].contains(scaled.status), "\(scaled)")
                    #expect(
                        scaled.complaint.contains("full") || scaled.complaint.contains("space"), "\(scaled)")
                    let listed = try await people.instances()
                    #expect(Set(listed.map(\.name)).isSuperset(of: before.map(\.name)))
                    try await Task.sleep(for: .seconds(1))

                    unlink(server.data + "/filler")
                    let told = try await git.push()
                    #expect(told.contains("run yidian/hello/2 started"), "\(told)")
                    try await people.developer.halted(Sample.hello).require(.waiting)
                    let count = await load.stop()
                    #expect(count.isClean && count.sent > 50, "\(count.text)")
                    #expect(try await people.ready(2).allSatisfy { $0.release.number == 2 })
                    await server.stopAndSweep()
                }
            }
        }

        /// To the last byte.
        private func fill(_ folder: String) async throws {
            let file = open(folder + "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            try #require(file >= 0)
            defer { close(file) }
            for size in [1 << 16, 4096, 1] {
                let bytes = [UInt8](repeating: 7, count: size)
                while Glibc.write(file, bytes, size) > 0 {}
            }
        }

        private func withMount(_ options: String, at folder: String, _ body: () async throws -> Void)
            async throws
        {
            mkdir(folder, 0o711)
            let mounted = try await Shell.run([
                "mount", "-t", "tmpfs", "-o", options, "gantry-test", folder,
            ])
            try #require(mounted.status == 0, "this test needs to mount: \(mounted)")
            let result = await Result.of { try await body() }
            let gone = try await Shell.run(["umount", "--lazy", folder])
            #expect(gone.status == 0, "\(gone)")
            try result.get()
        }
    }
}
