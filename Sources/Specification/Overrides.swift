/// Lays an environment's override over the base: maps merge by key, lists and scalars replace, null removes.
///
/// Each value keeps the place where it was written.
enum Overrides {
    static func merge(_ base: YAMLNode, _ override: YAMLNode) -> YAMLNode {
        guard case .mapping(var entries) = base.content, case .mapping(let changes) = override.content else {
            return withoutNulls(override)
        }
        for change in changes {
            let at = entries.lastIndex { $0.key == change.key }
            if change.value.isNull {
                if let at { entries.remove(at: at) }
            } else if let at {
                entries[at].value = merge(entries[at].value, change.value)
                entries[at].keyPlace = change.keyPlace
            } else {
                entries.append(
                    YAMLNode.Entry(
                        key: change.key, keyPlace: change.keyPlace, value: withoutNulls(change.value)))
            }
        }
        return YAMLNode(content: .mapping(entries), place: base.place)
    }

    /// A null below a key that the base has not takes nothing away, and must not stay as a value.
    private static func withoutNulls(_ node: YAMLNode) -> YAMLNode {
        guard case .mapping(let entries) = node.content else { return node }
        let kept = entries.filter { !$0.value.isNull }.map { entry in
            var entry = entry
            entry.value = withoutNulls(entry.value)
            return entry
        }
        return YAMLNode(content: .mapping(kept), place: node.place)
    }
}
