import Model

// The gate that waits for a person.
extension RunPage {
    func write(_ approval: Approval, to html: inout HTML) {
        let places = approval.environments.map(\.text).joined(separator: ", ")
        let title =
            places.isEmpty
            ? Phrase("\(approval.stage) waits for an approval", "\(approval.stage) 等待审批")
            : Phrase(
                "\(approval.stage) waits for an approval to go on to \(places)",
                "\(approval.stage) 等待审批，之后进入 \(places)")
        html.add(
            Callout(
                .warning, title,
                text: approval.permission.phrase
                    ?? Phrase(
                        "Whoever has the role \(approval.role.rawValue) may decide.",
                        "角色 \(approval.role.rawValue) 可以决定。")))
        if let newer = approval.overtakenBy {
            html.add(
                Callout(
                    .warning,
                    Phrase("Run #\(newer.number) is newer and has gone on", "更新的流水线 #\(newer.number) 已先行通过"),
                    text: Phrase(
                        "To approve this one would take \(places) back to older code.",
                        "批准此流水线会使 \(places) 回退到较旧的代码。")))
        }
        guard approval.permission.isAllowed else { return }
        html.add(
            Card(Phrase("Decide", "审批")) { [name] html in
                html.add(
                    Form(Address.run(name) + "/decide") { html in
                        html.add(
                            Field(
                                Phrase("Comment", "备注"), name: "comment", .lines(2),
                                placeholder: Phrase("Why? It goes into the audit log.", "决定的理由，将记入审计日志。")))
                        if approval.overtakenBy != nil {
                            html.add(
                                Checkbox(
                                    Phrase("Go back to older code on purpose", "确认回退到较旧的代码"), name: "force",
                                    value: "true"))
                        }
                        html.element("div", .class("actions")) { html in
                            html.add(
                                Button(
                                    Phrase("Approve", "批准"), kind: .primary, icon: .check, submits: true,
                                    attributes: [.init("name", "decision"), .init("value", "approve")]))
                            html.add(
                                Button(
                                    Phrase("Reject", "拒绝"), submits: true,
                                    attributes: [.init("name", "decision"), .init("value", "reject")]))
                        }
                    })
            })
    }
}
