from fake_api import PASSWORD


def test_x(fake):
    from streamlit.testing.v1 import AppTest
    at = AppTest.from_file("../../dashboards/main.py", default_timeout=30).run()
    print(at)
    at.text_input[0].input("ada"); at.text_input[1].input(PASSWORD)
    at.button[0].click().run()
    print(at)
    assert not at.exception
