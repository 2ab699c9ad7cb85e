import Glibc

extension ControlGroup {
    /// The group that an earlier owner left under this name; nil when there is none.
    package static func existing(_ name: String) -> ControlGroup? {
        let mounts = ControlGroupMounts.ofThisMachine()
        var folders: [Folder] = []
        for controller in ControlGroupMounts.controllers {
            guard let place = mounts.places[controller] else { continue }
            let path = place.path + "/" + name
            if let at = folders.firstIndex(where: { $0.path == path }) {
                folders[at].controllers.insert(controller)
            } else if access(path, F_OK) == 0 {
                folders.append(Folder(path: path, version: place.version, controllers: [controller]))
            }
        }
        return folders.isEmpty ? nil : ControlGroup(name: name, missing: [], folders: folders)
    }
}
