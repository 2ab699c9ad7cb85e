import Glibc
import Synchronization

/// Starts a thread that is never joined.
///
/// Threads, not tasks, for what blocks in the kernel for good: a blocked task would hold one of the few
/// threads that all tasks share.
package func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let failed = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    precondition(failed == 0, "the system gives no thread")
    pthread_detach(thread)
}

/// A counting semaphore between threads.
// Safe: the semaphore's memory is fixed by its allocation and only touched by calls that are made for sharing.
final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }
    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func post() { sem_post(semaphore) }
    func wait() { while sem_wait(semaphore) != 0 {} }
}

/// One permanent thread that does what it is given, in order, while the giver waits.
final class WorkerThread: Sendable {
    private let queue = JobQueue()

    init() {
        let queue = queue
        startThread {
            while true { queue.next()() }
        }
    }

    func run<T: Sendable>(_ job: @escaping @Sendable () -> T) -> T {
        let answer = Answer<T>()
        queue.add { answer.give(job()) }
        return answer.take()
    }

    private final class JobQueue: Sendable {
        private let jobs = Mutex<[@Sendable () -> Void]>([])
        private let waiting = Semaphore()

        func add(_ job: @escaping @Sendable () -> Void) {
            jobs.withLock { $0.append(job) }
            waiting.post()
        }

        func next() -> @Sendable () -> Void {
            waiting.wait()
            return jobs.withLock { $0.removeFirst() }
        }
    }

    private final class Answer<T: Sendable>: Sendable {
        private let value = Mutex<T?>(nil)
        private let given = Semaphore()

        func give(_ value: T) {
            self.value.withLock { $0 = value }
            given.post()
        }

        func take() -> T {
            while true {
                given.wait()
                if let value = value.withLock({ $0 }) { return value }
            }
        }
    }
}
