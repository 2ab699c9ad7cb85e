import GantryBase
import Hummingbird
import Logging
import NIOCore

enum Placeholder {}
