NAMES = ("Ada", "Bob")
