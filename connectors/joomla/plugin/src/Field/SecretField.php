<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Field;

\defined('_JEXEC') or die;

use Joomla\CMS\Factory;
use Joomla\CMS\Form\Field\PasswordField;
use Joomla\CMS\Language\Text;
use Joomla\Database\DatabaseInterface;
use Joomla\Registry\Registry;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Registered;
use Leadbridge\Plugin\System\Leadbridge\Joomla\SiteDatabase;

/** The secret: once saved it is never shown again, and an empty field leaves it as it is. */
final class SecretField extends PasswordField
{
    protected $type = 'Secret';

    public function filter($value, $group = null, ?Registry $input = null)
    {
        $typed = trim((string) $value);

        return $typed === '' ? self::saved() : $typed;
    }

    protected function getLayoutData()
    {
        $known = (string) $this->value !== '';

        return [
            'value' => '',
            'hint' => $known ? Text::_('PLG_SYSTEM_LEADBRIDGE_SECRET_KEPT') : $this->hint,
        ] + parent::getLayoutData();
    }

    private static function saved(): string
    {
        $database = new SiteDatabase(Factory::getContainer()->get(DatabaseInterface::class));

        return (string) (new Registered($database))->params->get('secret', '');
    }
}
