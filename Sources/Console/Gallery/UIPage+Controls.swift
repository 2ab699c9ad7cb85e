import GantryBase
import Model

extension UIPage {
    static var controls: [Section] {
        [
            Section(id: "headings", title: Phrase("Headings", "标题"), content: writeHeadings),
            Section(id: "buttons", title: Phrase("Buttons", "按钮"), content: writeButtons),
            Section(id: "forms", title: Phrase("Forms", "表单"), content: writeForms),
            Section(id: "filters", title: Phrase("Search and filters", "搜索与筛选"), content: writeFilters),
            Section(id: "tabs", title: Phrase("Tabs", "标签页")) { html in
                html.add(
                    Tabs(
                        Phrase("Views of the service", "服务视图"),
                        [
                            .init(Phrase("Workloads", "工作负载"), to: "#tabs", isCurrent: true),
                            .init(Phrase("Runs", "流水线"), to: "#tabs", count: 128),
                            .init(Phrase("Releases", "发布版本"), to: "#tabs", count: 42),
                            .init(Phrase("Calls", "调用"), to: "#tabs"),
                            .init(Phrase("Logs", "日志"), to: "#tabs"),
                            .init(Phrase("Settings", "设置"), to: "#tabs"),
                        ]))
            },
        ]
    }

    private static func writeHeadings(to html: inout HTML) {
        html.add(
            Heading(
                .verbatim("yidian/article"), level: .section,
                note: Phrase("Articles and their comments", "文章与评论"), status: NamedStatus(.progressing)
            ) { html in
                html.add(Button(Phrase("Pause", "暂停"), kind: .quiet))
                html.add(Button(Phrase("Scale", "扩缩容")))
                html.add(Button(Phrase("Roll back", "回滚"), kind: .danger))
            })
        html.add(
            Heading(Phrase("Part of a page", "页面中的一部分"), level: .part, note: Phrase("With a note.", "附说明。")))
    }

    private static func writeButtons(to html: inout HTML) {
        let names: [(Button.Kind, Phrase)] = [
            (.primary, Phrase("Approve", "批准")), (.secondary, Phrase("Retry", "重试")),
            (.quiet, Phrase("Skip", "跳过")), (.danger, Phrase("Delete", "删除")),
        ]
        for size in [Button.Size.usual, .small] {
            html.element("div", .class("sample-bar")) { html in
                for (kind, name) in names { html.add(Button(name, kind: kind, size: size)) }
                html.add(Button(Phrase("New token", "新建令牌"), kind: .secondary, size: size, icon: .plus))
                html.add(Button(.working, kind: .primary, size: size, isBusy: true))
                html.add(Button(.save, kind: .primary, size: size, isDisabled: true))
                html.add(LinkButton(Phrase("Open run", "查看流水线"), to: "#buttons", size: size, icon: .external))
                html.add(IconButton(.refreshNow, icon: .refresh))
                html.add(IconButton(.more, icon: .more))
            }
        }
    }

    private static func writeForms(to html: inout HTML) {
        html.element("div", .class("grid")) { html in
            html.add(
                Form("/ui") { html in
                    html.add(
                        Field(
                            Phrase("Name", "名称"), name: "name", value: "yidian-deploy",
                            hint: Phrase("Lower-case letters, digits and hyphens.", "小写字母、数字与连字符。"),
                            isRequired: true, isCode: true))
                    html.add(
                        Field(
                            Phrase("Ends after", "有效期"), name: "days", .number, value: "0",
                            error: Phrase("A token lasts from 1 to 365 days.", "令牌有效期为 1 至 365 天。"),
                            isRequired: true))
                    html.add(
                        Field(
                            Phrase("Role", "角色"), name: "role",
                            .select([
                                .init("reader", Phrase("Reader", "只读")),
                                .init("developer", Phrase("Developer", "开发")),
                            ]), value: "developer", isRequired: true))
                    html.element("div", .class("actions actions-end")) { html in
                        html.add(Button(.cancel))
                        html.add(Button(Phrase("Make token", "创建令牌"), kind: .primary, submits: true))
                    }
                })
            html.element("div", .class("form")) { html in
                html.add(
                    Field(
                        Phrase("Password", "密码"), name: "password", .password, value: "secret",
                        isRequired: true, autocomplete: "current-password"))
                html.add(
                    Field(
                        Phrase("Comment", "备注"), name: "comment", .lines(3),
                        placeholder: Phrase("Why is this approved?", "批准原因")))
                html.add(Field(Phrase("Cluster", "集群"), name: "cluster", value: "local", isDisabled: true))
                html.add(
                    Checkbox(
                        Phrase("Also in production", "同时用于生产环境"), name: "production", isChecked: true,
                        hint: Phrase("Needs the right to approve.", "需要审批权限。")))
                html.add(Checkbox(Phrase("Notify the owners", "通知负责人"), name: "notify"))
                html.add(
                    Checkbox(
                        Phrase("Set by the platform", "由平台设定"), name: "fixed", isChecked: true,
                        isDisabled: true))
            }
        }
    }

    private static func writeFilters(to html: inout HTML) {
        html.element("div", .class("toolbar")) { html in
            html.add(
                SearchField(
                    Phrase("level:error timeout", "level:error timeout"), name: "query",
                    value: "level:error service:yidian/*", isCode: true))
            html.add(
                Select(
                    Phrase("Environment", "环境"), name: "environment",
                    choices: [.init("", Phrase("All", "全部")), .init("production", .verbatim("production"))],
                    selected: "production"))
            html.add(
                FilterField(
                    Phrase("Service", "服务"), name: "service", value: "yidian/article",
                    suggestions: ["yidian/article", "yidian/author"]))
            html.add(
                ChoiceChips(
                    Phrase("Time range", "时间范围"),
                    [
                        .init(Phrase("15 min", "15 分钟"), to: "#filters"),
                        .init(Phrase("1 h", "1 小时"), to: "#filters", isChosen: true),
                        .init(Phrase("24 h", "24 小时"), to: "#filters"),
                        .init(Phrase("7 d", "7 天"), to: "#filters"),
                    ]))
        }
        html.add(
            FilterChips(
                [
                    .init(Phrase("Region", "地域"), "guangzhou", without: "#filters"),
                    .init(Phrase("Owner", "负责人"), "yidian-backend", without: "#filters"),
                    .init(Phrase("Text", "文本"), "<script>alert(1)</script>", without: "#filters"),
                ], clearAddress: "#filters"))
    }

    static var states: [Section] {
        [
            Section(id: "status", title: Phrase("Status", "状态")) { html in
                for look in [StatusPill.Look.pill, .plain, .shape] {
                    html.element("div", .class("sample-bar")) { html in
                        for status in Status.allCases { html.add(StatusPill(status, look: look)) }
                    }
                }
                html.element("div", .class("sample-bar")) { html in
                    for tone in Badge.Tone.allCases { html.add(Badge(.verbatim(tone.rawValue), tone: tone)) }
                }
            },
            Section(id: "small", title: Phrase("Small parts", "小组件")) { html in
                html.element("div", .class("sample-bar")) { html in
                    html.add(Person("chen.yu"))
                    html.add(Person("ci-deploy", isProgram: true))
                    for age in [3, 240, 7200, 259_200] {
                        html.add(TimeText(html.context.now - .seconds(Int64(age))))
                    }
                    html.add(TimeText(html.context.now, .dateTime))
                    html.add(KeyHint(["g", "s"]))
                    html.add(CopyText("sha256:9f2c1d7be1480aa6b2", short: "9f2c1d7b"))
                }
            },
        ]
    }
}

extension Phrase {
    fileprivate static let refreshNow = Phrase("Refresh", "刷新")
}
