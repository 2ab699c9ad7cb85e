extension UIPage {
    static var feedback: [Section] {
        [
            Section(id: "callouts", title: Phrase("Callouts", "提示"), content: writeCallouts),
            Section(id: "dialogs", title: Phrase("Dialogs", "对话框"), content: writeDialogs),
            Section(id: "toasts-sample", title: Phrase("Toasts", "通知"), content: writeToasts),
            Section(id: "skeletons", title: Phrase("Skeletons and empty", "骨架屏与空状态"), content: writeEmpty),
            Section(id: "hostile", title: Phrase("Hostile text", "恶意文本")) { html in
                html.add(CodeBlock(UISamples.hostile))
                html.element("p", text: UISamples.hostile)
            },
        ]
    }

    private static func writeCallouts(to html: inout HTML) {
        html.add(
            Callout(
                .info, Phrase("A change by hand is in force", "手动调整生效中"),
                text: Phrase("chen.yu set 6 instances until 18:00.", "chen.yu 已将实例数设为 6，截至 18:00。")
            ) { $0.add(Button(Phrase("Clear", "解除"), size: .small)) })
        html.add(
            Callout(
                .warning, Phrase("Logs of one service are limited", "某服务日志已被限流"),
                text: Phrase(
                    "yidian/article wrote 41,200 lines per second; 12,300 were counted and not kept.",
                    "yidian/article 每秒写入 41,200 行，其中 12,300 行仅计数、未保存。"),
                hint: Phrase(
                    "Lower its level or raise the limit in platform.yaml.", "请降低日志级别，或在 platform.yaml 中提高上限。")
            ))
        html.add(
            Callout(.somethingFailed, unreachable) { $0.add(Button(.retry, size: .small, icon: .refresh)) })
        html.add(Callout(.success, Phrase("Release 1.24.0 is healthy everywhere", "发布版本 1.24.0 已在所有地域健康运行")))
    }

    private static func writeDialogs(to html: inout HTML) {
        html.element("div", .class("sample-bar")) { html in
            html.add(
                Button(
                    Phrase("Delete token…", "删除令牌…"), kind: .danger,
                    attributes: [.init("data-dialog", "delete-token")]))
            html.add(
                Button(.keyboardShortcuts, icon: .keyboard, attributes: [.init("data-dialog", "shortcuts")]))
        }
        html.add(
            ConfirmDialog(
                "delete-token", title: Phrase("Delete the token yidian-deploy?", "删除令牌 yidian-deploy？"),
                text: Phrase(
                    "Programs that use it are refused from now on. This cannot be taken back.",
                    "使用该令牌的程序将立即被拒绝。此操作无法撤销。"),
                confirm: Phrase("Delete token", "删除令牌"), address: "/tokens/yidian-deploy/delete",
                typed: "yidian-deploy"))
    }

    private static func writeToasts(to html: inout HTML) {
        html.element("div", .class("toasts-sample")) { html in
            html.add(
                Toast(
                    .success, Phrase("Rollout started", "上线已开始"),
                    link: (Phrase("View", "查看"), "#toasts-sample")))
            html.add(Toast(.info, Phrase("Two more runs are queued before yours", "前面还有两条流水线排队")))
            html.add(Toast(.error, Phrase("The approval was not recorded", "审批未能保存")))
        }
    }

    private static func writeEmpty(to html: inout HTML) {
        html.element("div", .class("grid")) { html in
            html.add(Card(.loading) { $0.add(Skeleton(lines: 4)) })
            html.add(
                Card(isFlush: true) { html in
                    html.add(
                        EmptyState(
                            Phrase("No services yet", "还没有服务"),
                            text: Phrase(
                                "A service is one repository with a service.yaml. The template has both.",
                                "一个服务即一个包含 service.yaml 的代码仓库，模板中两者俱全。"),
                            icon: .service, command: "gantry service new yidian/article --language python"
                        ) { $0.add(Button(Phrase("New service", "新建服务"), kind: .primary, icon: .plus)) })
                })
        }
    }
}
