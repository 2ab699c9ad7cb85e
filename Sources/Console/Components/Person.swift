package import Model

/// Who did something: the name, without a picture, which would come from elsewhere.
package struct Person: Component {
    package var name: UserName
    /// A token of a program, not a person.
    package var isProgram: Bool

    package init(_ name: UserName, isProgram: Bool = false) {
        (self.name, self.isProgram) = (name, isProgram)
    }

    package func write(to html: inout HTML) {
        html.element("span", .class("person")) { html in
            html.add(isProgram ? Icon.token : Icon.user)
            html.element("bdi", text: name.text)
        }
    }
}
