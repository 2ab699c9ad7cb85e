/// What many pages say.
extension Phrase {
    package static let product = Phrase.verbatim("Gantry")
    package static let skipToContent = Phrase("Skip to content", "跳到正文")
    package static let mainNavigation = Phrase("Main", "主导航")
    package static let openMenu = Phrase("Open menu", "打开菜单")
    package static let closeMenu = Phrase("Close menu", "关闭菜单")
    package static let breadcrumb = Phrase("Breadcrumb", "当前位置")
    package static let search = Phrase("Search", "搜索")
    package static let searchServices = Phrase("Search services…", "搜索服务…")
    package static let clearSearch = Phrase("Clear search", "清除搜索")
    package static let theme = Phrase("Theme", "主题")
    package static let themeSystem = Phrase("System", "跟随系统")
    package static let themeLight = Phrase("Light", "浅色")
    package static let themeDark = Phrase("Dark", "深色")
    package static let language = Phrase("Language", "语言")
    package static let account = Phrase("Account", "账户")
    package static let signedInAs = Phrase("Signed in as", "当前用户")
    package static let signIn = Phrase("Sign in", "登录")
    package static let signOut = Phrase("Sign out", "退出登录")
    package static let keyboardShortcuts = Phrase("Keyboard shortcuts", "键盘快捷键")

    package static let cancel = Phrase("Cancel", "取消")
    package static let close = Phrase("Close", "关闭")
    package static let save = Phrase("Save", "保存")
    package static let delete = Phrase("Delete", "删除")
    package static let retry = Phrase("Try again", "重试")
    package static let copy = Phrase("Copy", "复制")
    package static let copied = Phrase("Copied", "已复制")
    package static let dismiss = Phrase("Dismiss", "关闭提示")
    package static let working = Phrase("Working…", "处理中…")
    package static let loading = Phrase("Loading…", "加载中…")
    package static let live = Phrase("Live", "实时")
    package static let reconnecting = Phrase("Connection lost. Trying again…", "连接已断开，正在重连…")
    package static let more = Phrase("More", "更多")
    package static let none = Phrase("None", "无")
    package static let optional = Phrase("optional", "选填")
    package static let required = Phrase("required", "必填")
    package static let removeFilter = Phrase("Remove filter", "移除筛选条件")
    package static let filters = Phrase("Filters", "筛选条件")
    package static let clearAll = Phrase("Clear all", "全部清除")

    package static let previous = Phrase("Previous", "上一页")
    package static let next = Phrase("Next", "下一页")
    package static let pages = Phrase("Pages", "分页")
    package static let selectRow = Phrase("Select row", "选择此行")
    package static let selectAll = Phrase("Select all rows", "选择所有行")
    package static let nothingHere = Phrase("Nothing here yet", "暂无内容")
    package static let noMatch = Phrase("Nothing matches", "没有匹配的结果")
    package static let somethingFailed = Phrase("This could not be loaded", "无法加载")
    package static let noData = Phrase("No data", "暂无数据")
    package static let dataTable = Phrase("Show as table", "以表格显示")
    package static let time = Phrase("Time", "时间")
    package static let whatToDo = Phrase("What to do", "处理建议")

    package static func sortBy(_ column: Phrase) -> Phrase {
        Phrase("Sort by \(column[.english])", "按\(column[.chinese])排序")
    }
    package static func rows(_ count: Int) -> Phrase { .count(count, "row", "rows", "行") }
    package static func shown(_ count: Int, of total: Int) -> Phrase {
        Phrase(
            "\(Formats.grouped(count)) of \(Formats.grouped(total))",
            "共 \(Formats.grouped(total)) 项，显示 \(Formats.grouped(count)) 项")
    }
}
