package import GantryBase

/// Runs work that blocks in the kernel (large files, slow disks) on a thread of its own while the task waits.
package func blocking<T: Sendable>(
    _ body: @escaping @Sendable () throws(GantryError) -> T
) async throws(GantryError) -> T {
    let result: Result<T, GantryError> = await withCheckedContinuation { continuation in
        startThread { continuation.resume(returning: Result { () throws(GantryError) in try body() }) }
    }
    return try result.get()
}
