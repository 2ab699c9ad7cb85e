package import Model

/// Who is signed in, and the way out.
package struct UserMenu: Component {
    package var user: UserName

    package init(user: UserName) { self.user = user }

    package func write(to html: inout HTML) {
        html.element("details", .class("menu user-menu")) { html in
            html.element("summary", .class("menu-button")) { html in
                html.add(Icon.user)
                html.element("span", .class("user-name"), text: user.text)
                html.add(Icon.chevronUpDown)
            }
            html.element("div", .class("menu-list menu-up")) { html in
                html.element("p", .class("menu-note")) { html in
                    html.text(.signedInAs)
                    html.raw(" ")
                    html.element("strong", text: user.text)
                }
                html.element("a", .class("menu-item"), .href("/account")) { html in
                    html.add(Icon.user)
                    html.text(.account)
                }
                html.add(
                    Form("/sign-out") { html in
                        html.element("button", .class("menu-item"), .init("type", "submit")) { html in
                            html.add(Icon.signOut)
                            html.text(.signOut)
                        }
                    })
            }
        }
    }
}
