import GantryBase
package import Model

/// The services whose secrets the reader may look at, to choose one.
package struct SecretPlacesPage: ConsolePage {
    package var services: Listed<ServiceName>
    package var listPlace: ListPlace
    package var query: String

    package init(_ services: Listed<ServiceName>, place: ListPlace = ListPlace(), query: String = "") {
        (self.services, self.listPlace, self.query) = (services, place, query)
    }

    package var title: Phrase { Phrase("Secrets", "密钥") }
    package var place: String { Address.secrets }

    package func address(after: String? = nil) -> String {
        Address.query(Address.secrets, [("q", query), ("after", after)])
    }

    package func write(to html: inout HTML) {
        html.add(
            Heading(
                title,
                note: Phrase(
                    "Secrets belong to a service: choose it. Names are shown, values never.",
                    "密钥归属于服务，请先选择服务。仅显示名称，从不显示值。")))
        html.add(
            Form(Address.secrets, method: .get) { html in
                html.element("div", .class("toolbar")) { html in
                    html.add(SearchField(Phrase("Name of a service", "服务名称"), name: "q", value: query))
                    html.add(Button(.search, submits: true))
                }
            })
        let table = Table(
            Phrase("Services", "服务"), columns: [.init(Phrase("Service", "服务"), .name)],
            content: services.content(
                empty: EmptyState(
                    query.isEmpty ? Phrase("No services yet", "还没有服务") : .noMatch, icon: .secret),
                retryAddress: address()
            ) { name in
                Table.Row(
                    [.link(name.path, address: Address.secrets(of: name))], address: Address.secrets(of: name)
                )
            }, pagination: listPlace.pagination(showing: services.count))
        html.add(Card(isFlush: true) { $0.add(table) })
    }
}
