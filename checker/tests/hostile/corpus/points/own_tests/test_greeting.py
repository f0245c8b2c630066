def test_the_greeting_names_the_person():
    pass
