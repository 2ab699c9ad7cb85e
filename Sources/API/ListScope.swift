import Access
import ControlPlane
import GantryBase
import Model
import State

/// Which names of a kind somebody may see, as the prefixes that a list is read by.
///
/// Names start with their business, so a list that is cut to some businesses reads their ranges of the index and never
/// what it may not show.
struct ListScope: Sendable, Equatable {
    /// In the order of their UTF-8 bytes; no range overlaps another.
    var prefixes: [String]

    /// - Parameter businesses: nil means all.
    init(prefix: String, businesses: [BusinessName]?) {
        guard let businesses else {
            prefixes = [prefix]
            return
        }
        prefixes = businesses.map { "\($0.text)/" }
            .compactMap { own in
                if own.hasPrefix(prefix) { return own }
                return prefix.hasPrefix(own) ? prefix : nil
            }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Reads one page over the ranges, as a list of one range would be read.
    func page(of query: StateQuery, from store: any StateStore) async throws -> StatePage {
        switch query.order {
        case .name: try await byName(query, store)
        case .recent: try await byAge(query, store)
        }
    }

    private func byName(_ query: StateQuery, _ store: any StateStore) async throws -> StatePage {
        var objects: [StateObject] = []
        let limit = StateLimits.pageSize(for: query.limit)
        for (index, prefix) in prefixes.enumerated() {
            if let after = query.after, let end = NameRange(prefix: prefix).end,
                !after.utf8.lexicographicallyPrecedes(end.utf8)
            {
                continue
            }
            var part = query
            (part.prefix, part.limit) = (prefix, limit - objects.count)
            let page = try await store.list(part)
            objects += page.objects
            if page.next != nil { return StatePage(objects: objects, next: page.next) }
            if objects.count == limit, index + 1 < prefixes.count {
                return StatePage(objects: objects, next: objects.last?.name)
            }
        }
        return StatePage(objects: objects, next: nil)
    }

    private func byAge(_ query: StateQuery, _ store: any StateStore) async throws -> StatePage {
        var objects: [StateObject] = []
        var hasMore = false
        // What lies below a page that ended early is not known yet, so the merged page may not go below it either.
        var floor = Int64.min
        for prefix in prefixes {
            var part = query
            part.prefix = prefix
            let page = try await store.list(part)
            objects += page.objects
            if page.next != nil, let last = page.objects.last {
                hasMore = true
                floor = max(floor, last.version)
            }
        }
        let limit = StateLimits.pageSize(for: query.limit)
        let sorted = objects.filter { $0.version >= floor }.sorted { $0.version > $1.version }
        let page = Array(sorted.prefix(limit))
        let isLast = !hasMore && sorted.count <= limit
        return StatePage(objects: page, next: isLast ? nil : page.last.map { "\($0.version)" })
    }
}

extension Routes {
    /// The businesses that the asker may look into; nil means all.
    ///
    /// Throws `.forbidden` when there is none, and writes that down.
    func visibleBusinesses(_ call: Call, for action: String, _ object: String) async throws -> [BusinessName]?
    {
        try await operations.require(.view, on: nil, by: call.identity, for: action, object)
        if call.identity.isAdmin { return nil }
        guard let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec else {
            return []
        }
        let visible = Rights.businesses(with: .view, identity: call.identity, platform: platform)
        return visible.count == platform.businesses.count ? nil : visible
    }
}
