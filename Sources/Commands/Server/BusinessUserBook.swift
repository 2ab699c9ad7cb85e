import ControlPlane
import Model
import State
import Supervision

/// Who each business's processes run as, by the isolation that the platform asks for now.
actor BusinessUserBook {
    private let directory: String
    private let store: any StateStore
    private var books: [Isolation: BusinessUsers] = [:]

    init(directory: String, store: any StateStore) {
        self.directory = directory
        self.store = store
    }

    /// Isolation is the default, also before there is a platform.
    func isolation() async -> Isolation { (try? await store.platform())?.isolation ?? .business }

    func users() async throws -> BusinessUsers {
        let isolation = await isolation()
        if let book = books[isolation] { return book }
        let book = try BusinessUsers(directory: directory, isolation: isolation)
        books[isolation] = book
        return book
    }
}
