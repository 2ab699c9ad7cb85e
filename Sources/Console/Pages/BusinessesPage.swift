import GantryBase
package import Model

/// The businesses that the reader may look into.
package struct BusinessesPage: ConsolePage {
    package struct Entry: Sendable, Hashable {
        package var name: BusinessName
        package var label: String
        package var services: Int
        package var workloads: Int
        package var readyWorkloads: Int
        /// The reader's own; nil for an admin of the installation, who needs none.
        package var role: Role?
        package var members: Int
        package var pipeline: String

        package init(
            _ name: BusinessName, label: String = "", services: Int, workloads: Int, readyWorkloads: Int,
            role: Role?, members: Int, pipeline: String
        ) {
            (self.name, self.label, self.services) = (name, label, services)
            (self.workloads, self.readyWorkloads) = (workloads, readyWorkloads)
            (self.role, self.members, self.pipeline) = (role, members, pipeline)
        }
    }
    package var entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    package var title: Phrase { Phrase("Businesses", "业务") }
    package var place: String { Address.businesses }

    package func write(to html: inout HTML) {
        html.add(
            Heading(
                title,
                note: Phrase(
                    "Groups of services that belong together, and who may do what in them.",
                    "归属同一业务的服务，以及各成员的权限。")))
        let empty = EmptyState(
            Phrase("No business is open to you", "没有你可以查看的业务"),
            text: Phrase(
                "Businesses and their members stand in platform.yaml; ask an admin to add you.",
                "业务及其成员在 platform.yaml 中定义，请联系管理员添加。"), icon: .business)
        let table = Table(
            title,
            columns: [
                .init(Phrase("Business", "业务"), .name), .init(Phrase("Services", "服务"), .number),
                .init(Phrase("Workloads ready", "就绪工作负载"), .number),
                .init(Phrase("Your role", "我的角色"), .text, isExtra: true),
                .init(Phrase("Members", "成员"), .number, isExtra: true),
                .init(Phrase("Pipeline", "流水线模板"), .code, isExtra: true),
            ],
            content: entries.isEmpty ? .empty(empty) : .rows(entries.map(row)))
        html.add(Card(isFlush: true) { $0.add(table) })
    }

    private func row(_ entry: Entry) -> Table.Row {
        let address = Address.services(of: entry.name)
        return Table.Row(
            [
                NamedCell.cell(entry.name.text, address: address, note: entry.label),
                .text(Formats.grouped(entry.services)),
                .text("\(Formats.grouped(entry.readyWorkloads))/\(Formats.grouped(entry.workloads))"),
                entry.role.map { .text($0.rawValue) } ?? .nothing, .text(Formats.grouped(entry.members)),
                .text(entry.pipeline),
            ], address: address)
    }
}
